-- What an empty server begins with: the databases of Cordon and of Temporal, each with an owner who may nothing else.
-- The image of Postgres runs this with psql at the first start of a data folder; on a server of yours, run it as its administrator.
\set owner `cat /run/secrets/database-owner`
\set temporal `cat /run/secrets/database-temporal`

-- It makes the roles of Cordon's processes.
create role cordon_owner login createrole password :'owner';
create database cordon owner cordon_owner;

create role temporal login password :'temporal';
create database temporal owner temporal;
create database temporal_visibility owner temporal;
revoke connect on database temporal, temporal_visibility from public;
