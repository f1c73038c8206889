"""Which values are taken for credentials, and which are not; and that no value is told."""

from __future__ import annotations

import ast
import base64
import random
from pathlib import Path

import pytest

from checks import credentials
from fixtures.facts.ecs import Variable

# Made here, so that none stands in a file that others search for credentials.
RANDOM = random.Random(20260113)
BYTES = [RANDOM.randbytes(number) for number in (24, 30, 32, 48)]
AWS_KEY = "AKIA" + "IOSFODNN7EXAMPL2"
HEADER, CLAIMS = (base64.urlsafe_b64encode(text).decode().rstrip("=") for text in (b'{"alg":"HS256"}', b'{"sub":"1234567890"}'))

CREDENTIALS = [
    *((name, "staple") for name in (
        "DB_PASSWORD", "dbPassword", "db.password", "MYSQL_ROOT_PASSWORD", "PASSWD", "DB_PWD", "DB_PASS", "PASSPHRASE",
        "DBPASSWORD", "API_KEY", "apiKey", "APIKEY", "SIGNING_KEY", "AUTH_TOKEN", "authtoken", "CLIENT_SECRET",
        "WORDPRESS_AUTH_SALT", "AWS_SECRET_ACCESS_KEY", "CREDENTIALS", "PRIVATE_KEY", "TOKEN",
    )),
    ("DB_PASSWORD", "correct horse battery"),
    ("DB_PASSWORD", "20260113"),
    *(("DB_PASSWORD", value) for value in ("$Summer2024", "${Summer2024}", "<Pa55w0rd>", "{{Pa55}}", "/S3cret/pa55", "123")),
    *((name, "staple") for name in ("DB_PW", "REDIS_AUTH", "WORDPRESS_NONCE_KEY", "WORDPRESS_LOGGED_IN_KEY", "API_KEY_2")),
    ("WORDPRESS_CONFIG_EXTRA", "define('WP_DEBUG', false); define('AUTH_KEY', 'staple');"),
    *(("command", value) for value in (
        "mysql -h db.internal -u root -pstaple", "mysqldump -p'staple' shop", "redis-server --requirepass staple",
        "redis-cli -a staple ping", "wp config create --dbpass=x --dbpassword staple", "login --client-secret staple",
        "sh -c DB_PW=staple ./run",
    )),
    ("label db.password", "staple"),
    ("log option splunk-token", "staple"),
    ("DB_PASSWORD", "123e4567-e89b-12d3-a456-426614174000"),
    ("VAULT_SECRET_ID", "123e4567-e89b-12d3-a456-426614174000"),
    ("X", AWS_KEY),
    ("X", f"key={AWS_KEY} region=eu-west-1"),
    ("X", "ghp_" + "a1B2" * 9),
    ("X", "sk_live_" + "a1B2c3" * 4),
    ("X", f"{HEADER}.{CLAIMS}.c2lnbmF0dXJlc2lnbmF0dXJl"),
    ("X", "-----BEGIN RSA PRIVATE KEY-----\nMIIE"),
    ("X", "-----BEGIN PRIVATE KEY-----"),
    ("DATABASE_URL", "mysql://wordpress:staple@db.internal/wordpress"),
    ("REDIS_URL", "rediss://:staple@cache.internal:6379"),
    ("ODBC", "Server=db.internal;Uid=wordpress;Pwd=staple;"),
    ("JAVA_OPTS", "-Xmx512m -Djavax.net.ssl.keyStorePassword=staple"),
    ("CONFIG", '{"host": "db.internal", "password": "staple"}'),
    ("CALLBACK", "https://hooks.internal/x?token=staple"),
    *(("X", base64.b64encode(each).decode()) for each in BYTES),
    *(("X", each.hex()) for each in BYTES),
]  # fmt: skip
USUAL = [
    ("ENVIRONMENT", "sit"),
    ("DEBUG", "true"),
    ("PORT", "8080"),
    ("DB_HOST", "bbws-aurora-sit.cluster-c9akciq32rgw.eu-west-1.rds.amazonaws.com"),
    ("REDIS", "bbws-redis-sit.abc123.ng.0001.euw1.cache.amazonaws.com:6379"),
    ("DB_USER", "wordpress"),
    ("DATABASE_URL", "mysql://db.internal:3306/wordpress"),
    ("SITE_URL", "https://sit.kimmyai.io/products?page=2"),
    ("QUEUE_URL", "https://sqs.eu-west-1.amazonaws.com/815856636111/order-dlq-sit"),
    ("JWKS", "https://token.actions.githubusercontent.com/.well-known/jwks"),
    ("TOKEN_ENDPOINT", "https://auth.kimmyai.io/oauth2/token"),
    ("EMAIL", "ops@kimmyai.io"),
    ("TABLE_NAME", "campaigns-sit"),
    ("DB_SECRET", "arn:aws:secretsmanager:eu-west-1:815856636111:secret:bbws-aurora-sit-AbCdEf"),
    ("DB_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:815856636111:secret:bbws-aurora-sit-AbCdEf"),
    ("DB_PASSWORD_SECRET_ID", "arn:aws:secretsmanager:eu-west-1:815856636111:secret:bbws-aurora-sit-AbCdEf"),
    ("DB_SECRET_NAME", "bbws-aurora-sit"),
    ("SECRET_ID", "bbws-aurora-sit"),
    ("DB_PASSWORD_FILE", "/run/secrets/db-password"),
    ("DB_PASSWORD_PARAMETER", "/bbws/sit/db-password"),
    ("DB_PASSWORD", "********"),
    ("DB_PASSWORD", ""),
    ("PASSWORD_RESET", "disabled"),
    ("PASSWORD_RETRIES", "3"),
    ("SECRETS_DIR", "/run/secrets/wordpress"),
    ("BASIC_AUTH", "enabled"),
    ("AUTH", "cognito"),
    ("WORDPRESS_CONFIG_EXTRA", "define('WP_DEBUG', false); define('AUTH_KEY', getenv('AUTH_KEY'));"),
    *(
        ("command", value)
        for value in (
            "mysqladmin ping -h localhost -p$MYSQL_ROOT_PASSWORD",
            'mysql -p"$PASSWORD" -P3306',
            "mysql -h db.internal -p shop",
            "docker login --username AWS --password-stdin registry.internal",
            'login --token "${TOKEN}"',
            "run --no-password --port 80",
            "redis-cli -h cache.internal ping",
            "sh -c DB_PW=$DB_PASSWORD ./run",
            "CMD-SHELL curl -f http://localhost:8080/ || exit 1",
            "aws secretsmanager get-secret-value --secret-id bbws-aurora-sit --query SecretString",
            "docker-entrypoint.sh apache2-foreground",
        )
    ),
    ("label traefik.http.routers.web.rule", "Host(`sit.kimmyai.io`)"),
    ("log option awslogs-group", "/aws/ecs/bbws-sit"),
    ("PASSWORD_MIN_LENGTH", "12"),
    ("PASSWORD_POLICY", "strong"),
    ("TOKEN_TTL", "3600"),
    ("TOKEN_ROTATION", "30d"),
    ("SECRET_REQUIRED", "yes"),
    ("KMS_KEY_ARN", "arn:aws:kms:eu-west-1:815856636111:key/123e4567-e89b-12d3-a456-426614174000"),
    ("KMS_KEY", "alias/bbws-sit"),
    ("S3_KEY", "email/welcome-email.html"),
    ("PARTITION_KEY", "tenant_id"),
    ("KEYSPACE", "bbws"),
    ("TOKENIZER", "standard"),
    ("BYPASS_CACHE", "none"),
    ("COMPASS", "north"),
    ("REQUEST_ID", "123e4567-e89b-12d3-a456-426614174000"),
    ("COGNITO_CLIENT_ID", "3n4b5urk1ft4fl3mg5e62d9ado"),
    ("USER_POOL", "eu-west-1_aB3dE6gHi"),
    ("GIT_COMMIT", "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
    ("IMAGE", "815856636111.dkr.ecr.eu-west-1.amazonaws.com/bbws@sha256:" + "0a1b2c3d" * 8),
    ("DIGEST", "sha256:" + "0a1b2c3d" * 8),
    ("SUBNETS", "subnet-0a1b2c3d4e5f60718,subnet-0a1b2c3d4e5f60719"),
    ("FILE_SYSTEM", "fs-0a1b2c3d4e5f60718"),
    ("LOG_GROUP", "/aws/ecs/bbws-sit/wordpress-application"),
    ("HANDLER", "MyCompany/ServiceName/ThingControllerImplementation"),
    ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/bin"),
    ("JAVA_OPTS", "-Xmx512m -XX:+UseG1GC"),
    ("CONFIG", '{"cache": {"host": "redis"}, "debug": false}'),
    ("RELEASE", "2026.01.13-4f2e1a"),
]


@pytest.mark.parametrize(("name", "value"), CREDENTIALS)
def test_a_credential(name: str, value: str) -> None:
    kind = credentials.kind_of(name, value)
    assert kind
    assert value not in kind


@pytest.mark.parametrize(("name", "value"), USUAL)
def test_what_is_usual_is_none(name: str, value: str) -> None:
    assert credentials.kind_of(name, value) == ""


def test_a_script() -> None:
    script = "#!/bin/bash\nset -e\nexport DB_PASSWORD='staple'\nDB_HOST=db.internal\n$env:API_KEY = \"staple\"\ncurl https://x.internal\n"
    found = list(credentials.credentials_in("user data of i-1", script))
    assert [(each.place, each.name) for each in found] == [("user data of i-1", "DB_PASSWORD"), ("user data of i-1", "API_KEY")]
    (found_,) = credentials.credentials_in("user data", f"#!/bin/bash\naws configure <<< {AWS_KEY}")
    assert str(found_) == "the text in user data: AWS Access Key"
    assert list(credentials.credentials_in("user data", "#!/bin/bash\nDB_HOST=db.internal\n")) == []


@pytest.mark.parametrize("line", [
    "mysql -u root -pstaple < schema.sql", "tool --password staple", "echo 'root:staple' | chpasswd",
    "echo root:staple | sudo chpasswd",
    "chpasswd <<< 'root:staple'", "chpasswd <<EOF\nroot:staple\nEOF", "echo staple | passwd --stdin root", "env DB_PW=staple ./run",
])  # fmt: skip
def test_a_line_of_a_script(line: str) -> None:
    (found,) = credentials.credentials_in("user data", f"#!/bin/bash\nset -e\n{line}\n")
    assert "staple" not in repr(found)


@pytest.mark.parametrize("line", [
    'DB_PASSWORD="${DB_PASSWORD}"', "DB_PASSWORD=$1", "DB_PASSWORD={{ password }}", "DB_PASSWORD=<password>",
    "DB_PASSWORD=$(aws secretsmanager get-secret-value --secret-id db --query SecretString --output text)",
    'mysql -u root -p"$DB_PASSWORD" < schema.sql', "mysql -h db.internal -p",
    'echo "root:$PASSWORD" | chpasswd', "tool --password $(cat /run/secret)", "tool --password \\\n  \"$PASSWORD\"",
    "echo ECS_CLUSTER=bbws-sit >> /etc/ecs/ecs.config", "mkdir -p /var/www && cp -p a b", "export DB_PW=$DB_PASSWORD",
])  # fmt: skip
def test_a_usual_line_of_a_script(line: str) -> None:
    assert list(credentials.credentials_in("user data", f"#!/bin/bash\nset -e\n{line}\n")) == []


CANARIES = [
    ("DB_PASSWORD", "canary-in-a-password"),
    ("DATABASE_URL", "mysql://wordpress:canary-in-a-url@db.internal/wordpress"),
    ("CONFIG", '{"password": "canary-in-json"}'),
    ("PEM", "-----BEGIN RSA PRIVATE KEY-----\ncanary-in-a-key"),
    ("AWS", AWS_KEY),
    ("RANDOM", base64.b64encode(BYTES[2]).decode()),
]


def test_no_text_of_a_finding_has_the_value() -> None:
    """Nor a part of it, nor what it is encoded: in no text, and in no repr of what is found or read."""
    variables = [Variable("app", *each) for each in CANARIES]
    found = list(credentials.none_in("service", {"container app": variables}))
    assert len(found) == len(CANARIES)
    script = "\n".join(f"{name}={value!r}" for name, value in CANARIES)
    told = [
        *found,
        *credentials.credentials("container app", variables),
        *credentials.credentials_in("user data", script),
        *variables,
    ]
    text = " ".join(form(each) for each in told for form in (str, repr))
    for _, value in CANARIES:
        for secret in {value, value[:12], value[-12:], "canary", base64.b64encode(value.encode()).decode()}:
            assert secret not in text


def test_nothing_is_tried_where_it_is_used() -> None:
    """detect-secrets verifies what it finds over the network, by `verify` and by whatever calls that."""
    tree = ast.parse(Path(credentials.__file__).read_text("utf-8"))
    called = {each.attr for each in ast.walk(tree) if isinstance(each, ast.Attribute)}
    assert not called & {"verify", "analyze_line", "format_scan_result", "scan_line"}
