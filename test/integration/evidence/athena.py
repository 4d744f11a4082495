"""Reads the tables and queries that Cordon documents and sends as Athena reads them, and answers them over the given rows by DuckDB.

Input, as JSON: {"tables": [DDL], "rows": {table: [row]}, "queries": [{"text", "parameters"}]}; output: [[row by column]].
"""

import json
import sys

import duckdb
from sqlglot import exp, parse_one, tokenize
from sqlglot.tokens import TokenType

DIALECT = "athena"


def table_of(ddl):
    """The table's name and its columns with DuckDB's types; partitions are columns like others."""
    create = parse_one(ddl, read=DIALECT)
    name = create.find(exp.Table)
    columns = list(create.find_all(exp.ColumnDef))
    partitions = create.find(exp.PartitionedByProperty)
    known = {id(column) for column in columns}
    if partitions is not None:
        columns += [column for column in partitions.find_all(exp.ColumnDef) if id(column) not in known]
    return name, [(column.name, column.kind.sql(dialect="duckdb")) for column in columns]


def value_of(expression):
    """A parameter is an expression of its own."""
    return parse_one(expression, read=DIALECT)


def query_of(text, parameters):
    """Parameters take the places of the marks in the order of the text, which the tree need not keep."""
    marks = [token for token in tokenize(text, read=DIALECT) if token.token_type == TokenType.PLACEHOLDER]
    assert len(marks) == len(parameters), f"{len(marks)} marks, {len(parameters)} parameters"
    for mark, parameter in reversed(list(zip(marks, parameters))):
        text = text[: mark.start] + value_of(parameter).sql(dialect=DIALECT) + text[mark.end + 1 :]
    return parse_one(text, read=DIALECT).sql(dialect="duckdb")


def main():
    asked = json.load(sys.stdin)
    database = duckdb.connect()
    for ddl in asked["tables"]:
        name, columns = table_of(ddl)
        database.execute(f'CREATE SCHEMA IF NOT EXISTS "{name.db}"')
        shape = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        database.execute(f'CREATE TABLE "{name.db}"."{name.name}" ({shape})')
        for row in asked["rows"].get(name.name, []):
            names = [column for column, _ in columns if column in row]
            marks = ", ".join("?" for _ in names)
            listed = ", ".join(f'"{column}"' for column in names)
            database.execute(
                f'INSERT INTO "{name.db}"."{name.name}" ({listed}) VALUES ({marks})', [row[column] for column in names]
            )
    answers = []
    for query in asked["queries"]:
        answer = database.execute(query_of(query["text"], query["parameters"]))
        columns = [column[0] for column in answer.description]
        answers.append([dict(zip(columns, row)) for row in answer.fetchall()])
    json.dump(answers, sys.stdout, default=str)


main()
