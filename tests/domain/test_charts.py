"""Stacked bars: every number is in the drawing, at its place and in its length."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.domain.charts import NAME_MAX, WIDTH, Piece, stacked

KINDS = [("accepted", "Accepted"), ("refused", "Refused"), ("not-sent", "Not sent")]
numbers = st.lists(st.integers(0, 10**9), min_size=3, max_size=3)


def test_the_longest_bar_is_full_and_the_others_keep_their_share():
    chart = stacked(KINDS, [("anna", [6, 3, 1]), ("ben", [0, 5, 0])])
    anna, ben = chart.bars
    assert anna.pieces == (
        Piece("accepted", 1, 180),
        Piece("refused", 181, 90),
        Piece("not-sent", 271, 30),
    )
    assert ben.pieces == (Piece("refused", 1, 150),)
    assert (anna.name, anna.told, ben.told) == ("anna", "6 · 3 · 1", "0 · 5 · 0")
    assert anna.text_y < anna.y < ben.text_y < ben.y
    assert ben.y + chart.bar_height < chart.height


def test_what_counts_least_can_still_be_seen():
    (bar,) = stacked(KINDS, [("anna", [1_000_000, 1, 0])]).bars
    assert [piece.width for piece in bar.pieces] == [299, 3]


def test_each_kind_has_its_key_above_the_bars():
    chart = stacked(KINDS, [("anna", [1, 0, 0])])
    assert [(key.kind, key.label) for key in chart.keys] == KINDS
    assert len({(key.x, key.y) for key in chart.keys}) == 3
    assert max(key.text_y for key in chart.keys) < chart.bars[0].text_y


def test_a_long_name_is_cut():
    bars = stacked(KINDS, [("n" * NAME_MAX, [1, 0, 0]), ("n" * 150, [1, 0, 0])]).bars
    assert [bar.name for bar in bars] == ["n" * NAME_MAX, "n" * (NAME_MAX - 1) + "…"]


def test_nothing_to_draw_is_no_chart():
    assert stacked(KINDS, []) is None
    assert stacked(KINDS, [("anna", [0, 0, 0])]) is None


@given(st.lists(numbers, min_size=1, max_size=5))
def test_pieces_lie_side_by_side_within_the_drawing(rows):
    chart = stacked(KINDS, [("anna", row) for row in rows])
    for row, bar in zip(rows, chart.bars if chart else (), strict=bool(chart)):
        assert len(bar.pieces) == sum(number > 0 for number in row)
        x = 1
        for piece in bar.pieces:
            assert piece.x == x
            assert type(piece.width) is int
            x += piece.width
        assert x < WIDTH


def test_everything_has_its_place_in_the_drawing():
    kinds = [(str(n), f"Kind {n}") for n in range(5)]
    chart = stacked(kinds, [("anna", [1, 2, 3, 4, 5]), ("ben", [0, 0, 0, 0, 1])])
    assert [(key.x, key.y, key.text_x, key.text_y) for key in chart.keys] == [
        (1, 1, 25, 12),
        (161, 1, 185, 12),
        (1, 21, 25, 32),
        (161, 21, 185, 32),
        (1, 41, 25, 52),
    ]
    assert [(bar.text_y, bar.y) for bar in chart.bars] == [(86, 91), (124, 129)]
    assert (chart.box, chart.height) == ("0 0 320 150", 150)


def test_every_bar_has_a_number_for_each_kind():
    with pytest.raises(ValueError, match="argument"):
        stacked(KINDS, [("anna", [1, 2])])
