"""JSON with positions and comments, and YAML read as the same: plain values, and the line of every key."""

from compatlint.notations.languages.json.document import Array, JsonMistake, Object
from compatlint.notations.languages.json.scan import parse_json

__all__ = ["Array", "JsonMistake", "Object", "parse_json"]
