"""The token endpoint in the OpenAPI document: it is no view of DRF's."""

from typing import Any

from casework.accounts.roles import Scope
from casework.api.problems import MEDIA_TYPE

OAUTH2 = {
    "type": "oauth2",
    "description": "Client credentials by HTTP Basic; a token runs ten minutes.",
    "flows": {
        "clientCredentials": {
            "tokenUrl": "/oauth/token/",
            "scopes": {str(scope): scope.replace(":", " ") for scope in Scope},
        }
    },
}
TOKEN_ENDPOINT = {
    "post": {
        "operationId": "token",
        "summary": "Get a token",
        "description": "RFC 6749, section 4.4. The client id and its secret go by HTTP Basic.",
        "tags": ["token"],
        "security": [{"client": []}],
        "requestBody": {
            "required": True,
            "content": {
                "application/x-www-form-urlencoded": {
                    "schema": {
                        "type": "object",
                        "required": ["grant_type"],
                        "properties": {
                            "grant_type": {"type": "string", "const": "client_credentials"},
                            "scope": {
                                "type": "string",
                                "description": "Separated by spaces; without it, all of the client's.",
                            },
                        },
                    },
                    "example": {"grant_type": "client_credentials", "scope": "people:read stays:read"},
                }
            },
        },
        "responses": {
            "200": {
                "description": "A bearer token.",
                "content": {
                    "application/json": {
                        "schema": {
                            "type": "object",
                            "properties": {
                                "access_token": {"type": "string"},
                                "expires_in": {"type": "integer"},
                                "token_type": {"type": "string"},
                                "scope": {"type": "string"},
                            },
                        },
                        "example": {
                            "access_token": "Zc0zYv8Qm1…",
                            "expires_in": 600,
                            "token_type": "Bearer",
                            "scope": "people:read stays:read",
                        },
                    }
                },
            },
            **{
                status: {
                    "description": told,
                    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
                }
                for status, told in (
                    ("400", "Another grant, or a scope not the client's."),
                    ("401", "Not this client."),
                )
            },
        },
    }
}


def add_token_endpoint(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """What is no view of DRF's: where tokens come from."""
    result["paths"]["/oauth/token/"] = TOKEN_ENDPOINT
    result["components"].setdefault("securitySchemes", {})["client"] = {"type": "http", "scheme": "basic"}
    result["components"]["securitySchemes"]["oauth2"] = OAUTH2
    return result
