"""JSON with positions and comments, and YAML read as the same: plain values, and the line of every key."""

from compatlint.notations.languages.json.document import JsonArray, JsonMistake, JsonObject
from compatlint.notations.languages.json.scan import parse_json

__all__ = ["JsonArray", "JsonMistake", "JsonObject", "parse_json"]
