"""The whole document."""

from __future__ import annotations

from functools import cache

import msgspec

from display_server.openapi.paths import rows
from display_server.openapi.schemas import Described, Schemas

PROBLEM: Described = {
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "facts": {"type": "object"},
    },
}


@cache
def document() -> bytes:
    """The OpenAPI document, JSON."""
    schemas = Schemas({one: None for _, operation in rows() for one in operation.shown()})
    paths: Described = {}
    for path, operation in rows():
        paths.setdefault(path, {}).update(operation.describe(path, schemas))
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {"title": "Branch lobby", "version": "1", "description": "The queue of a bank branch."},
            "servers": [{"url": "/api/v1"}],
            "security": [{"bearer": []}],
            "paths": paths,
            "components": {
                "schemas": schemas.known | {"Problem": PROBLEM},
                "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
                "responses": {
                    "problem": {
                        "description": "refused",
                        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                    }
                },
            },
        }
    )
