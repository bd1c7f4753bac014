"""What a program of the peer is told and what it tells: JSON both ways, as bench/src/peer/peer.ts writes and reads it."""

import json
import resource
import sys
import time

started = time.time()


def read_job():
    """The job in the file that the program was called with; memory beyond its limit cannot be had."""
    with open(sys.argv[1]) as file:
        job = json.load(file)
    if "memoryBytes" in job:
        resource.setrlimit(resource.RLIMIT_DATA, (job["memoryBytes"], job["memoryBytes"]))
    return job


def tell(seconds, checks, warm_up):
    """Prints how long all runs took, of which the first `warm_up` do not count, and what is to be alike."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    record = {
        "secondsBeforeFirst": time.time() - started - sum(seconds),
        "firstSeconds": seconds[0],
        "seconds": seconds[warm_up:],
        # KiB on Linux, bytes on macOS.
        "peakBytes": peak if sys.platform == "darwin" else peak * 1024,
        "checks": checks,
    }
    print(json.dumps(record))
