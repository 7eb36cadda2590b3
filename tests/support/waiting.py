"""Every wait of a test ends: with what it waited for, or with words about what did not come."""

import asyncio

# Far above what anything here takes, also under a sanitizer on a busy machine: only a wait for
# something that never comes gets this far.
PATIENCE = 30.0


async def within(awaitable, what, seconds=PATIENCE):
    try:
        return await asyncio.wait_for(awaitable, seconds)
    except asyncio.TimeoutError:
        raise AssertionError(f"{what}: nothing within {seconds:g} s") from None
