"""The sequences of test_voice_ai.py once more, over PostgreSQL and Redis."""

from conftest import houses
from support.house import PostgresRedisHouse
from test_voice_ai import *  # noqa: F403

new_house = houses(PostgresRedisHouse.name)
