"""The steps of bin/check: each runs whatever the others say, and gets one line with its time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

#: What the deployment check looks at: an installation on a server, not a developer's.
PRODUCTION = {
    "DEBUG": "0",
    "SITE_URL": "https://inbox.example.org",
    "ALLOWED_HOSTS": "inbox.example.org",
    "SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "ENV_FILE": os.devnull,
}

MIGRATIONS = """
from config.boot import prepare
prepare()
import django
from django.conf import settings
from django.core.management import call_command
settings.INSTALLED_APPS = [*settings.INSTALLED_APPS, "django_linear_migrations"]
# Code is compared with code: the database of whoever develops may lag behind.
settings.DATABASES["default"]["NAME"] = "postgres"
django.setup()
call_command("check", fail_level="WARNING")
call_command("makemigrations", check_changes=True, dry_run=True)
"""

SECRETS = {
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "an AWS key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "a GitHub token": re.compile(r"\bgh[pousr]_[A-Za-z0-9]{36}\b|\bgithub_pat_[A-Za-z0-9_]{60,}"),
    "a Slack token": re.compile(r"\bxox[abprs]-[0-9]{8,}-[A-Za-z0-9-]{10,}"),
    "a Stripe key": re.compile(r"\b[rs]k_live_[A-Za-z0-9]{20,}"),
    "a Google key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "a Facebook token": re.compile(r"\bEAA[A-Za-z0-9]{80,}"),
    "a Telegram bot token": re.compile(r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{33}\b"),
    "a password in an address": re.compile(
        r"\b(?:postgres(?:ql)?|redis|smtps?|https?)://[^\s:/@{}$<>]*:(?!password@)[^\s@{}$<>*.]{8,}@"
    ),
}


@dataclass(frozen=True)
class Outcome:
    """How a step ended; `ok` None: it could not be done here, `text` says why."""

    ok: bool | None
    text: str


def main(names: list[str]) -> int:
    """Run the steps named, or all; 0 if none failed."""
    if unknown := set(names) - set(STEPS):
        print(f"No such step: {', '.join(sorted(unknown))}. There are {', '.join(STEPS)}.", file=sys.stderr)
        return 2
    started = time.monotonic()
    outcomes: list[Outcome] = []
    with ThreadPoolExecutor(max_workers=2) as pool:
        running = {pool.submit(_timed, STEPS[name]): name for name in (names or STEPS)}
        for done in as_completed(running):
            outcome, seconds = done.result()
            outcomes.append(outcome)
            word = {True: "ok", False: "FAILED", None: "NOT DONE"}[outcome.ok]
            print(f"{running[done]:<12} {word:<8} {seconds:5.1f} s", flush=True)
            if outcome.ok is not True:
                print("    " + outcome.text.strip().replace("\n", "\n    "), flush=True)
    failed = sum(outcome.ok is False for outcome in outcomes)
    print(f"{len(outcomes)} steps, {failed} failed, in {time.monotonic() - started:.0f} s")
    return 1 if failed else 0


def _timed(step: Callable[[], Outcome]) -> tuple[Outcome, float]:
    started = time.monotonic()
    outcome = step()
    return outcome, time.monotonic() - started


def _command(*command: str, environment: dict[str, str] | None = None) -> Callable[[], Outcome]:
    def run() -> Outcome:
        program = [str(BIN / command[0]), *command[1:]]
        done = subprocess.run(
            program, cwd=ROOT, env=os.environ | (environment or {}), capture_output=True, text=True, check=False
        )
        return Outcome(done.returncode == 0, done.stdout + done.stderr)

    return run


def _scripts() -> Outcome:
    """The shell scripts can at least be read by the shell that will run them."""
    wrong = []
    for path in (*(ROOT / "bin").iterdir(), *(ROOT / ".ci").iterdir()):
        first = path.read_text().split("\n", 1)[0] if path.is_file() else ""
        shell = "bash" if "bash" in first else "sh"
        if path.suffix == ".sh" or first.startswith("#!"):
            done = subprocess.run([shell, "-n", str(path)], capture_output=True, text=True, check=False)
            wrong += [done.stderr] if done.returncode else []
    return Outcome(not wrong, "".join(wrong))


def _secrets() -> Outcome:
    """No file under version control holds what looks like a secret in use."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = []
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if not path.is_file() or name.startswith("requirements"):
            continue
        text = path.read_text(errors="replace")
        for what, pattern in SECRETS.items():
            found += [
                f"{name}:{text.count(chr(10), 0, match.start()) + 1}: {what}"
                for match in pattern.finditer(text)
                if "secret-scan: " not in text[match.start() : text.find("\n", match.end())]
            ]
    return Outcome(not found, "\n".join(found))


def _catalogues() -> Outcome:
    """Every translation can be read, and names the same placeholders as what it translates."""
    from babel.messages.pofile import PoFileError, read_po

    wrong = []
    for path in sorted(ROOT.glob("*/locale/*/LC_MESSAGES/*.po")):
        name = path.relative_to(ROOT)
        try:
            with path.open("rb") as file:
                catalogue = read_po(file, abort_invalid=True)
        except PoFileError as problem:
            wrong.append(f"{name}:{problem.lineno}: {problem}")
            continue
        for message, errors in catalogue.check():
            # Babel takes "95 % confidence" for a placeholder even where the catalogue says that it is none.
            if "no-python-format" not in message.flags:
                wrong += [f"{name}:{message.lineno}: {error}" for error in errors]
    return Outcome(not wrong, "\n".join(wrong))


def _audit() -> Outcome:
    """Published vulnerabilities of the locked packages, as far as the package index tells them."""
    files = [part for name in ("requirements.txt", "requirements-dev.txt") for part in ("-r", name)]
    done = subprocess.run(
        [
            str(BIN / "pip-audit"),
            "--disable-pip",
            "--require-hashes",
            "--progress-spinner=off",
            "--format=json",
            *files,
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    missing_answer = False if os.environ.get("REQUIRE_AUDIT") == "1" else None
    if not done.stdout.strip():
        return Outcome(missing_answer, f"The package index does not tell vulnerabilities:\n{done.stderr[-400:]}")
    packages = json.loads(done.stdout)["dependencies"]
    told = [package for package in packages if "skip_reason" not in package]
    if not told:
        return Outcome(missing_answer, f"The package index answers nothing about any of the {len(packages)} packages.")
    found = [
        f"{package['name']} {package['version']}: {flaw['id']}, fixed in {', '.join(flaw['fix_versions']) or 'none'}"
        for package in told
        for flaw in package["vulns"]
    ]
    return Outcome(not found, "\n".join(found))


STEPS: dict[str, Callable[[], Outcome]] = {
    # The slowest first: two run at a time.
    "types": _command("mypy", "config", "channels_adapters", "inbox", "bin", "manage.py"),
    "audit": _audit,
    "migrations": _command("python", "-c", MIGRATIONS, environment={"ENV_FILE": os.devnull}),
    "deployment": _command("python", "manage.py", "check", "--deploy", "--fail-level=WARNING", environment=PRODUCTION),
    "imports": _command("lint-imports", "--no-cache", "--no-logo"),
    "templates": _command("djlint", "inbox", "--lint", "--quiet"),
    "format": _command("ruff", "format", "--check", "."),
    "ruff": _command("ruff", "check", "."),
    "scripts": _scripts,
    "catalogues": _catalogues,
    "secrets": _secrets,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
