"""The tables of calls, one file for each service."""

from tables.ec2 import EC2
from tables.iam import IAM
from tables.s3 import S3
from tables.secrets_manager import SECRETS_MANAGER
from tables.sqs import SQS
from tables.sts import STS

SERVICES = {service.name: service for service in (IAM, STS, S3, SECRETS_MANAGER, SQS, EC2)}
