"""The API describes itself, wholly and validly."""

from __future__ import annotations

from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema


def test_the_description_is_valid_and_nothing_in_it_had_to_be_guessed() -> None:
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(public=True)
    validate_schema(schema)
    told = [message for kind in (GENERATOR_STATS._error_cache, GENERATOR_STATS._warn_cache) for message in kind]
    assert (schema["openapi"], told) == ("3.0.3", [])
