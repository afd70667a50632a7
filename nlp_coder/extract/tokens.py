"""Tokens of therapy shorthand: words, numbers and signs come apart, so that "rows3x10" and "STM/MFR" can be read.

Registered as the spaCy tokenizer `nlp_coder.tokenizer.v1`: letters, digits and every other sign are tokens of their
own; the text is kept exactly (`doc.text == text`) for any Unicode string.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from spacy import util
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from nlp_coder.extract.shorthand import split_text


class ShorthandTokenizer:
    """text -> Doc of the tokens of `split_text`."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        tokens, offsets = split_text(text)
        following = [*offsets[1:], len(text)]
        spaces = [at + len(t) < then for t, at, then in zip(tokens, offsets, following, strict=False)]
        return Doc(self.vocab, words=tokens, spaces=spaces)

    # spaCy asks a tokenizer to be able to write itself; ours has no state
    def to_bytes(self, **_: Any) -> bytes:
        """Nothing to keep: the tokenizer has no state."""
        return b""

    def from_bytes(self, _: bytes, **__: Any) -> ShorthandTokenizer:
        """Nothing to read back."""
        return self

    def to_disk(self, *_: Any, **__: Any) -> None:
        """Nothing to keep: the tokenizer has no state."""

    def from_disk(self, *_: Any, **__: Any) -> ShorthandTokenizer:
        """Nothing to read back."""
        return self


@util.registry.tokenizers("nlp_coder.tokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], ShorthandTokenizer]:
    """The factory spaCy's config names."""

    def build(nlp: Language) -> ShorthandTokenizer:
        return ShorthandTokenizer(nlp.vocab)

    return build
