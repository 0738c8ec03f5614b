"""Power cuts lose nothing that was acknowledged, and the simulation can tell."""

from __future__ import annotations

from benchmarks import powercut


def test_no_acknowledged_write_is_lost_to_a_power_cut() -> None:
    """As served, 150 cuts among 40 writes leave every database whole."""
    assert powercut.lived(1, 150, "FULL", writes=40) == {"whole": 150}


def test_a_weaker_setting_loses_writes() -> None:
    """Without waiting for the disk, acknowledged writes are lost: the cuts do cut."""
    found = powercut.lived(1, 150, "NORMAL", writes=40)
    assert found["lost"] > 20
    assert found["whole"] > 0
    assert powercut.lived(2, 150, "OFF", writes=40)["lost"] > 20
