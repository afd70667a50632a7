"""What must hold for any text and any services."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp_coder.bill import Service, bill_services, load_rulebook
from nlp_coder.extract.reading import Reading
from nlp_coder.learn.teach_tagger import Reader
from nlp_coder.note import VisitContext

PIECES = st.sampled_from(
    ["quad sets", "3x10", "10'", "0915–0938", "TE", "97110", "HEP:", "\r\n", "|", "\t", "🦵", "e\u0301", ": "]
)
TEXTS = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=30).map(" ".join))
SERVICES = st.dictionaries(
    st.sampled_from(["97110", "97112", "97116", "97140", "97530"]), st.integers(0, 60), max_size=5
)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@MANY
@given(text=TEXTS)
def test_any_text_is_read_and_every_place_is_in_it(reader: Reader, text: str) -> None:
    reading: Reading = reader.read(text)
    assert reading.text == text
    assert all(text[o : o + len(t)] == t for o, t in zip(reading.offsets, reading.tokens, strict=True))
    places = [*reading.times, *reading.measures, *reading.cues, *reading.layout.blocks, *reading.layout.sections]
    assert all(0 <= p.start <= p.end <= len(text) for p in places)
    assert all(text[c.start : c.end] == c.code for c in reading.layout.codes)
    assert all(0 <= m.start < m.end <= len(reading.tokens) for m in reading.terms)


@MANY
@given(services=SERVICES, random=st.randoms(use_true_random=False))
def test_a_claims_units_do_not_depend_on_the_order(services: dict[str, int], random: object) -> None:
    rows = [Service(c, m) for c, m in services.items()]
    mixed = random.sample(rows, len(rows))  # type: ignore[attr-defined]
    context = VisitContext(payer="medicare", discipline="PT", date_of_service="2024-08-15")
    one, two = (bill_services(r, context, load_rulebook()) for r in (rows, mixed))
    units = {x.code: x.units for x in one.lines}
    assert units == {x.code: x.units for x in two.lines}
    assert sum(u or 0 for u in units.values()) == (sum(services.values()) + 7) // 15
    assert all(services[c] // 15 <= (u or 0) <= services[c] // 15 + 1 for c, u in units.items())
