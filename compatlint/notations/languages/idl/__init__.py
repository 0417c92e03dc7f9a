"""Schema languages with braces: .proto, .thrift, .avdl and .fbs share comments, strings, names and numbers."""

from compatlint.notations.languages.idl.tokens import Cursor, SyntaxMistake, Tokens, tokens

__all__ = ["Cursor", "SyntaxMistake", "Tokens", "tokens"]
