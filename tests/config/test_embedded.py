"""The servers that come with the product: there when needed, once, gone afterwards, and never at the cost of data."""

import os
import signal
import socket
import subprocess
import sys

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.config.conftest import Installation

pytestmark = pytest.mark.process


def test_servers_run_while_they_are_used_and_keep_what_they_were_given(installation: Installation):
    first = installation.user()
    word = first.keep()
    assert first.leave() == (0, "")
    gone = installation.servers
    assert (gone, installation.user().query("SELECT word, lower(word) FROM kept")) == ({}, [(word, word.lower())])


def test_passwords_are_generated_and_readable_by_us_only(installation: Installation):
    port = int(installation.user().urls()["REDIS_URL"].split(":")[-1].split("/")[0])
    retry = Retry(NoBackoff(), 0)
    with redis.Redis(port=port, password="guess", retry=retry) as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    assert (installation.var_dir / "embedded.json").stat().st_mode & 0o777 == 0o600


def test_a_second_user_finds_the_same_servers_and_the_last_one_to_leave_stops_them(installation: Installation):
    first, second = installation.user(), installation.user()
    assert first.urls() == second.urls()
    first.leave()
    running = sorted(installation.servers)
    second.leave()
    assert (running, installation.servers) == (["postgres", "valkey"], {})


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_user_that_is_told_to_end_leaves_in_order(installation: Installation, number: signal.Signals):
    user = installation.user()
    user.urls()
    assert (user.leave(number), installation.servers) == ((128 + number, ""), {})


def test_the_servers_of_a_killed_user_are_taken_over_and_stopped(installation: Installation):
    killed = installation.user()
    urls = killed.urls()
    killed.leave(signal.SIGKILL)
    before = installation.servers
    heir = installation.user()
    assert (heir.urls(), installation.servers) == (urls, before)
    heir.leave()
    assert installation.servers == {}


def test_killed_servers_recover_what_was_committed(installation: Installation):
    killed = installation.user()
    word = killed.keep()
    killed.leave(signal.SIGKILL)
    installation.kill_servers()
    assert installation.user().query("SELECT word FROM kept") == [(word,)]


def test_a_pid_file_that_names_another_program_does_not_hinder_a_start(installation: Installation):
    killed = installation.user()
    word = killed.keep()
    killed.leave(signal.SIGKILL)
    installation.kill_servers()
    # Of the account that runs the servers: to a process of anybody else PostgreSQL pays no heed.
    owner = (installation.data / "postgres").stat().st_uid
    other = subprocess.Popen(["sleep", "1000"], user=owner)
    try:
        for path in (installation.data / "postgres/data/postmaster.pid", installation.data / "valkey/valkey.pid"):
            _, _, rest = path.read_text().partition("\n")
            path.write_text(f"{other.pid}\n{rest}")
        assert installation.user().query("SELECT word FROM kept") == [(word,)]
    finally:
        other.kill()
        other.wait()


def test_the_postmaster_alone_killed_is_recovered(installation: Installation):
    first, second = installation.user(), installation.user()
    word = first.keep()
    postmaster = int((installation.data / "postgres/data/postmaster.pid").read_text().split("\n")[0])
    os.kill(postmaster, signal.SIGKILL)
    second.leave()
    assert installation.user().query("SELECT word FROM kept") == [(word,)]


def test_eight_first_starts_at_once_make_one_cluster(new_installation: Installation):
    users = [new_installation.user() for _ in range(8)]
    urls = [user.urls() for user in users]
    assert urls == [urls[0]] * 8
    for user in users:
        assert user.leave() == (0, "")
    assert new_installation.servers == {}


def test_a_port_taken_by_another_program_is_exchanged(installation: Installation):
    first = installation.user()
    port = int(first.urls()["DATABASE_URL"].split(":")[-1].split("/")[0])
    first.leave()
    with socket.create_server(("127.0.0.1", port)):
        second = installation.user()
        assert second.query(f"SELECT current_setting('port') = '{port}'") == [(False,)]


def test_a_lost_password_is_replaced_without_loss_of_data(installation: Installation):
    first = installation.user()
    word = first.keep()
    first.leave(signal.SIGKILL)
    (installation.var_dir / "embedded.json").unlink()
    assert installation.user().query("SELECT word FROM kept") == [(word,)]


def test_a_directory_that_only_its_owner_may_enter_works_and_keeps_its_mode(closed_installation: Installation):
    first = closed_installation.user()
    word = first.keep()
    first.leave()
    assert closed_installation.user().query("SELECT word FROM kept") == [(word,)]
    assert closed_installation.var_dir.parent.stat().st_mode & 0o777 == 0o700


def test_a_directory_that_cannot_be_written_is_named_in_a_sentence(new_installation: Installation):
    new_installation.var_dir = new_installation.var_dir.parent / "file" / "var"
    new_installation.var_dir.parent.write_text("")
    user = new_installation.user()
    code, said = user.leave()
    new_installation.var_dir = new_installation.var_dir.parent.parent / "var"
    assert (code, said.count("\n"), "can't write to" in said) == (1, 1, True)


def test_loading_the_settings_starts_nothing(new_installation: Installation):
    script = "import config.settings, os; print(os.environ.get('DATABASE_URL'))"
    environment = new_installation.environment
    printed = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert (printed.stdout, (new_installation.var_dir / "embedded.json").exists()) == ("None\n", False)
