"""The official Python SDK as the client of a whole turn: tells what the turn has cost.

Started by `codex-app-benchmarks turn` with the environment of a server and its model.
"""

import os
import time
from pathlib import Path

from openai_codex import Codex, CodexConfig

TICK_NS = 10_000_000


def server_time() -> int:
    """The processor time of the one child of this process."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(") ")[2].split(" ")
        except OSError:
            continue
        if fields[1] == str(os.getpid()):
            return (int(fields[11]) + int(fields[12])) * TICK_NS
    raise RuntimeError("the server is no child of this process")


def main() -> None:
    with Codex(CodexConfig(codex_bin=os.environ["CODEX_APP_SERVER"])) as codex:
        thread = codex.thread_start()
        thread.run("Warm up.")
        before = time.process_time_ns(), server_time(), time.monotonic_ns()
        n_events = n_bytes = 0
        for event in thread.turn("Talk.").stream():
            n_events += 1
            if event.method == "item/agentMessage/delta":
                n_bytes += len(event.payload.delta)
        own, server = time.process_time_ns() - before[0], server_time() - before[1]
        taken = time.monotonic_ns() - before[2]
        if n_bytes != int(os.environ["N_BYTES"]):
            raise RuntimeError(f"deltas were lost: {n_bytes} bytes")
        print(own, server, n_events, taken, time.process_time_ns())


main()
