"""What is read from others: wrk, pgbench, /proc, the lines of an answer."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ops.bench import stream, streaming, usage, wrk
from ops.bench.limits import transactions
from ops.bench.stream import CREATED, Streamed, Tally
from ops.failures import Failure

WRK = """Running 10s test @ http://127.0.0.1:8080/api/v1/responses
  1 threads and 32 connections
Requests/sec:   2610.70
load requests 26110
load good 26107
load others 3
load microseconds 10001123
load p50 11240
load p99 31900
load longest 81120
load broken 0
load late 0
load first_other 422 {"title": "Not an option", "detail": "a b"}
"""
PGBENCH = """pgbench (18.4)
transaction type: single.sql
query mode: prepared
number of failed transactions: 0 (0.000%)
latency average = 0.811 ms
initial connection time = 12.1 ms
tps = 9865.432100 (without initial connection time)
"""
STAT = "4242 (a b) c) S 17 4242 4242 0 -1 4194560 901 0 0 0 120 30 7 3 20 0 4 0 100 200 300"


def test_the_figures_of_a_load_are_read() -> None:
    load = wrk.read(WRK)
    assert (load.requests, load.good, load.others, load.broken, load.late) == (26110, 26107, 3, 0, 0)
    assert load.seconds == pytest.approx(10.001123)
    assert (load.p50, load.p99, load.longest) == (11.24, 31.9, 81.12)
    assert load.rate == pytest.approx(26107 / 10.001123)


def test_answers_that_are_not_as_wanted_are_told_with_the_first_of_them() -> None:
    (fault,) = wrk.read(WRK).faults
    assert fault.startswith("3 ")
    assert '422 {"title": "Not an option", "detail": "a b"}' in fault


def test_a_sound_load_has_no_fault_and_a_broken_one_has() -> None:
    sound = WRK.replace("load others 3", "load others 0").split("load first_other")[0] + "load first_other \n"
    assert wrk.read(sound).faults == []
    assert wrk.read(sound).first_other == ""
    assert "2 connections broke" in wrk.read(sound.replace("load broken 0", "load broken 2")).faults[0]


@pytest.mark.parametrize("printed", ["", "load good 3\n", WRK.replace("load p99 31900", "load p99 nan?")])
def test_a_load_that_says_too_little_is_a_failure(printed: str) -> None:
    with pytest.raises(Failure, match="did not say"):
        wrk.read(printed)


def test_a_missing_wrk_is_a_failure_that_says_where_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Failure, match=r"Debian.*package wrk"):
        wrk.binary()


def test_the_transactions_of_pgbench_are_read() -> None:
    assert transactions(PGBENCH) == pytest.approx(9865.4321)


@pytest.mark.parametrize("printed", ["", PGBENCH.replace("transactions: 0 (", "transactions: 12 (")])
def test_transactions_that_failed_are_no_figure(printed: str) -> None:
    with pytest.raises(Failure, match="did not measure"):
        transactions(printed)


def test_a_process_is_read_whatever_its_name() -> None:
    assert usage.parent_and_ticks(STAT) == (17, 120 + 30 + 7 + 3)


def test_the_peak_of_memory_is_read_in_megabytes() -> None:
    assert usage.peak_in("Name:\tpython\nVmHWM:\t  100000 kB\nVmRSS:\t 9 kB\n") == pytest.approx(102.4)
    assert usage.peak_in("Name:\tkthreadd\n") is None


def test_cores_are_seconds_over_time_of_what_is_there_both_times() -> None:
    assert usage.cores({"a": 1.0, "gone": 1.0}, {"a": 6.0}, 10) == {"a": 0.5}


@pytest.mark.skipif(not usage.PROC.is_dir(), reason="there is no /proc")
def test_a_part_is_its_process_and_all_below_it() -> None:
    work = "sum(range(3_000_000)); held = b'x' * 60_000_000"
    below = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {work + '; input()'!r}])"
    before = usage.seconds({"load": [os.getpid()]})
    with subprocess.Popen([sys.executable, "-c", below], stdin=subprocess.PIPE) as part:
        while (usage.peak_mb([part.pid]) or 0) < 60:
            assert part.poll() is None
        assert usage.seconds({"part": [part.pid]})["part"] > 0
        part.communicate(b"\n")
    assert usage.seconds({"load": [os.getpid()]})["load"] > before["load"]
    assert usage.peak_mb([part.pid]) is None


@given(st.lists(st.sampled_from([CREATED, b'"status":"invalid"']), max_size=30), st.data())
def test_lines_are_counted_wherever_an_answer_is_cut(statuses: list[bytes], data: st.DataObject) -> None:
    ended = data.draw(st.booleans())
    whole = b"\n".join(b'{"index":%d,%s}' % (index, status) for index, status in enumerate(statuses))
    whole += b"\n" if ended and statuses else b""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    tally = Tally()
    for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True):
        tally.on_body(whole[start:end])
    tally.on_message_complete()
    assert tally.complete
    assert (tally.lines, tally.created) == (len(statuses), statuses.count(CREATED))


def test_a_stream_has_a_new_id_in_every_line(tmp_path: Path) -> None:
    items = tmp_path / "items"
    items.write_bytes(b'"visit":"a","answers":{}}\n"visit":"b","answers":{}}\n')
    stream.write(tmp_path / "s.gz", items, 5)
    lines = [json.loads(line) for line in gzip.decompress((tmp_path / "s.gz").read_bytes()).splitlines()]
    assert [line["visit"] for line in lines] == ["a", "b", "a", "b", "a"]
    assert len({line["id"] for line in lines}) == 5
    assert [body["visit"] for body in stream.bodies(items, 3)] == ["a", "b", "a"]
    assert stream.bodies(items, -1) == []


@pytest.mark.parametrize(
    ("done", "sound"),
    [
        (Streamed(200, 5, 5, 1.0, ""), True),
        (Streamed(200, 4, 5, 1.0, ""), False),
        (Streamed(200, 5, 6, 1.0, ""), False),
        (Streamed(413, 0, 1, 1.0, "too large"), False),
    ],
)
def test_a_stream_is_sound_when_every_line_was_new(done: Streamed, sound: bool) -> None:
    faults = streaming.refusals(done, 5)
    assert (not faults) is sound
    assert sound or done.beginning in faults[0]


def test_a_stream_to_nobody_is_a_failure(tmp_path: Path) -> None:
    from ops import ports

    (port,) = ports.free(1)
    (tmp_path / "s.gz").write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(Failure, match="broke"):
        stream.send(f"http://{ports.HOST}:{port}", "token", tmp_path / "s.gz")
