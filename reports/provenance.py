"""Which code and which plan files judged: what an auditor needs to find them again.

Git is asked for the contents of the commit and not for what changed since: settings and marks of a checkout decide what
`git status` shows.
"""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import shutil
import subprocess
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from fixtures.dns.door import SETTING
from fixtures.http.door import CA_BUNDLES

ROOT = Path(__file__).parent.parent
JUDGING = ("checks", "fixtures", "reports", "tests_sit", "tests_prod", "conftest.py", "pyproject.toml")
_KINDS = {".py", ".toml", ".j2", ".css"}


@dataclass(frozen=True)
class Commit:
    """The commit that files stand in, and why it does not tell what is in them, or ""."""

    id: str
    wrong: str


def commit_of(root: Path, paths: Sequence[str]) -> Commit:
    """The commit in which the files below `paths` stand as they are."""
    git = shutil.which("git")
    if git is None:
        return Commit("unknown", "git is not installed")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}

    def ask(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  # git, with words that stand here
            [git, "--no-replace-objects", "-C", str(root), *command], capture_output=True, text=True, check=False, env=environ
        )

    head, tree = ask("rev-parse", "HEAD"), ask("ls-tree", "-r", "-z", "HEAD", "--", *paths)
    if head.returncode or tree.returncode:
        return Commit("unknown", f"{root} does not stand in a git repository with a commit")
    committed = {}
    for line in filter(None, tree.stdout.split("\0")):
        description, _, name = line.partition("\t")
        committed[name] = description.split()[2]
    found = {name: _blob(root / name, len(next(iter(committed.values()), ""))) for name in _files(root, paths)}
    changed = sorted(
        name for name in committed.keys() | found.keys() if Path(name).suffix in _KINDS and committed.get(name) != found.get(name)
    )
    return Commit(head.stdout.strip(), f"changed since: {', '.join(changed[:5])}{', …' if changed[5:] else ''}" if changed else "")


def _files(root: Path, paths: Sequence[str]) -> list[str]:
    found = [file for path in paths for file in ((root / path).rglob("*") if (root / path).is_dir() else [root / path])]
    found += [*root.glob("*.py"), *root.glob("*/__init__.py")]  # which are imported before what is installed
    names = [file.relative_to(root) for file in found if file.suffix in _KINDS and file.is_file()]
    return [name.as_posix() for name in names if "output" not in name.parts and "__pycache__" not in name.parts]


def _blob(path: Path, length: int) -> str:
    """The id that git gives to the file's contents: SHA-1, or SHA-256 in a repository of that format."""
    data = path.read_bytes()
    digest = hashlib.sha256 if length == 64 else hashlib.sha1
    return digest(b"blob %d\0" % len(data) + data).hexdigest()


@functools.cache
def suite() -> tuple[str, str, str]:
    """The suite's name and version, and the repository that it came from: git's `origin`, without a password."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    git = shutil.which("git")
    command = [git or "git", "-C", str(ROOT), "remote", "get-url", "origin"]
    asked = subprocess.run(command, capture_output=True, text=True, check=False) if git else None  # noqa: S603  # git, with words that stand here
    origin = _without_password(asked.stdout.strip()) if asked and not asked.returncode else ""
    return project["name"], project["version"], origin or "unknown: the checkout names no origin"


@functools.cache
def versions() -> dict[str, str]:
    """The versions of what a verdict depends on."""
    packages = (
        "pytest",
        "pytest-xdist",
        "pytest-html",
        "boto3",
        "botocore",
        "requests",
        "urllib3",
        "dnspython",
        "pydantic",
        "html5lib",
    )
    return {"python": platform.python_version(), **{package: version(package) for package in packages}}


def settings(ca_bundle: str | None = None) -> dict[str, str]:
    """The settings that decide over whose wire AWS and the websites were asked, proxies and certificates, and which name servers
    were asked first. Without passwords. `ca_bundle` is what the AWS configuration names, wherever it does."""
    names = (
        "AWS_CA_BUNDLE",
        *CA_BUNDLES,
        "HTTPS_PROXY",
        "https_proxy",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "NO_PROXY",
        "no_proxy",
        SETTING,
    )
    found = {name: _without_password(value) for name in names if (value := os.environ.get(name))}
    return found | ({"ca_bundle": ca_bundle} if ca_bundle and ca_bundle != found.get("AWS_CA_BUNDLE") else {})


def _without_password(value: str) -> str:
    before, at, host = value.rpartition("@")
    scheme, slashes, _ = before.rpartition("//")
    return f"{scheme}{slashes}[redacted]@{host}" if at else value
