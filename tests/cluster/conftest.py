"""Three nodes behind HAProxy, over one PostgreSQL and one Redis, each on a host of its own as far as the network goes.

    REPARTEE_BINARY=build/dev/repartee /usr/bin/python3 -m pytest tests/cluster

The tests share one cluster; each leaves it whole, or the next one mends it.
"""

import asyncio
import os
import sys
from pathlib import Path

import pytest
import pytest_asyncio

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True

from support.cluster import Cluster, NoNetwork, enter_a_network_of_ones_own  # noqa: E402
from support.server import binary  # noqa: E402

# A node that leaves says so for longer than HAProxy takes to notice, and then lets its calls go on. The jobs of a dead one
# are taken over soon.
SETTINGS = """
[server]
notice_time = "3s"
calls_time = "8s"
[surfaces.misty.jobs]
lease = "2s"
"""
# Jobs take their time, and are killed in the middle.
TIMES = {"SCRIPTED_STT_FINAL_MS": "400"}

_without = None  # why there is no network of our own


def pytest_configure():
    if not os.access(binary(), os.X_OK):
        pytest.exit(f"{binary()} is not built; REPARTEE_BINARY names another", 1)
    global _without
    try:
        enter_a_network_of_ones_own()
    except NoNetwork as reason:
        _without = str(reason)


def pytest_collection_modifyitems(items):
    """A machine on which nobody may have a network of his own leaves these tests out. CI does not."""
    if _without is None:
        return
    if os.environ.get("CI"):
        pytest.exit(f"CI has to run the cluster's tests, and gets no network of its own: {_without}", 1)
    for item in items:
        item.add_marker(pytest.mark.skip(reason=f"no network of our own: {_without}"))


@pytest.fixture(scope="session")
def event_loop():
    """One loop for all, so that the cluster can outlive a test."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest_asyncio.fixture(scope="session")
async def the_cluster(event_loop):
    async with Cluster(TIMES, toml=SETTINGS) as cluster:
        yield cluster


@pytest_asyncio.fixture
async def cluster(the_cluster):
    await the_cluster.all_up()
    return the_cluster
