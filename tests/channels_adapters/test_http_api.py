"""Calls to networks: by way of gateways, and what goes wrong as faults."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta

import pytest

from channels_adapters import gateways, http_api, network
from channels_adapters.contracts import Fault, SendError
from tests.networks.server import Asked, FakeNetwork, Reply


class Echo(FakeNetwork):
    hosts = ("api.network.example",)

    def answer(self, asked: Asked) -> Reply:
        return Reply(content={"path": asked.path, "host": asked.host, "query": dict(asked.query)})


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo() as fake:
        yield fake


def fault(method: str = "POST", url: str = "https://api.network.example/send") -> SendError:
    with pytest.raises(SendError) as raised:
        http_api.call(method, url, json={"text": "Hello"}, timeout=30)
    return raised.value


def test_a_request_goes_by_way_of_the_gateway_with_its_own_host_and_path(echo: Echo) -> None:
    answer = http_api.call(
        "POST", "https://api.network.example/v1/send?a=1", json={"text": "你好"}, headers={"X-A": "b"}
    )
    assert answer.is_success
    assert answer.data == {"path": "/v1/send", "host": "api.network.example", "query": {"a": "1"}}
    (asked,) = echo.journal
    assert asked.json == {"text": "你好"}
    assert (asked.headers["x-a"], asked.headers["content-type"]) == ("b", "application/json")


def test_a_connection_cut_after_the_request_leaves_the_outcome_open_unless_it_may_be_repeated(echo: Echo) -> None:
    echo.bad_days = [Reply(hang_up=True), Reply(hang_up=True)]
    assert fault().fault == Fault.UNKNOWN_OUTCOME
    with pytest.raises(SendError) as raised:
        http_api.call("PUT", "https://api.network.example/x", json={}, is_safe=True)
    assert raised.value.fault == Fault.TEMPORARY


def test_nobody_listening_is_a_passing_trouble_and_its_sentence_holds_no_path() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        problem = fault(url=f"http://127.0.0.1:{port}/bot123:secret/send")
    assert problem.fault == Fault.TEMPORARY
    assert "secret" not in problem.reason


def test_addresses_inside_our_own_networks_are_refused() -> None:
    assert fault(url="http://10.0.0.1/").fault == Fault.TEMPORARY
    assert "OUTGOING_ALLOW" in fault(url="http://10.0.0.1/").reason


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (429, Fault.RATE_LIMITED),
        (503, Fault.TEMPORARY),
        (504, Fault.UNKNOWN_OUTCOME),
        (401, Fault.AUTH),
        (413, Fault.TOO_LARGE),
        (400, Fault.CONTENT),
    ],
)
def test_a_status_alone_tells_a_fault(echo: Echo, status: int, expected: Fault) -> None:
    echo.bad_days = [Reply(status, headers={"Retry-After": "3"})]
    answer = http_api.call("POST", "https://api.network.example/send", json={})
    problem = answer.failure()
    assert (problem.fault, problem.retry_after) == (expected, timedelta(seconds=3))


@pytest.mark.parametrize("header", ["", "soon", "Mon, 99 Foo", "-5", "1e999"])
def test_a_wait_nobody_understands_is_no_wait(header: str) -> None:
    assert http_api.Answer(429, {"retry-after": header}, b"", {}).retry_after is None


def test_a_wait_is_at_most_a_day() -> None:
    assert http_api.Answer(429, {"retry-after": "9999999"}, b"", {}).retry_after == timedelta(days=1)


def test_a_file_that_is_gone_is_no_passing_trouble_and_one_that_is_late_is(echo: Echo) -> None:
    class Shelf(Echo):
        hosts = ("files.network.example",)

        def answer(self, asked: Asked) -> Reply:
            return {"/there": Reply(content=b"\x89PNG"), "/late": Reply(503)}.get(asked.path, Reply(404))

    with Shelf():
        assert http_api.download("https://files.network.example/there") == b"\x89PNG"
        for path, expected in (("late", Fault.TEMPORARY), ("gone", Fault.MEDIA)):
            with pytest.raises(SendError) as raised:
                http_api.download(f"https://files.network.example/{path}")
            assert raised.value.fault == expected


@pytest.mark.parametrize(
    "entry", ["", "api.telegram.org", "api.telegram.org=", "a=ftp://b", "a=http://b/path", "=http://b"]
)
def test_a_wrong_gateway_is_said(entry: str) -> None:
    with pytest.raises(ValueError, match="no gateway"):
        gateways.use([entry])


def test_without_gateways_addresses_stay_as_they_are() -> None:
    network.allow(["127.0.0.0/8", "::1", *gateways.use([])])
    assert str(gateways.by_way_of(http_api.httpx.URL("https://a.example/b?c=d"))) == "https://a.example/b?c=d"
