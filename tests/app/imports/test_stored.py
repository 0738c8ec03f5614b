"""How files are read, remembered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.shop import Person, Shop

FILE = "month,channel,cost,revenue\n" + "".join(
    f"2026-{month:02},{name},{cost * month},{2 * cost * month + 7 * (month % 3)}\n"
    for month in range(3, 11)
    for name, cost in (("A1", 10), ("A2", 20), ("B", 5))
)


@pytest.fixture
def planner(shop: Shop) -> Person:
    return shop.person("planner")


def upload(person: Person, **more: Any) -> Any:
    """The answer to an upload of the file."""
    reply = person.client.post(
        "/v1/history:upload",
        files={"file": ("export.csv", FILE.encode())},
        headers={"Authorization": f"Bearer {person.key}"},
        **more,
    )
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_a_stored_file_is_remembered_and_a_tried_one_not(planner: Person) -> None:
    """A dry run leaves nothing; an upload leaves what its columns and names were taken for."""
    tried = upload(planner, params={"dry_run": "true"})
    assert planner.get("/v1/imports")["items"] == []
    assert upload(planner)["mapping"] == tried["mapping"]
    kept = planner.get("/v1/imports")["items"][0]
    assert (kept["columns"], kept["names"]) == (
        tried["mapping"]["columns"],
        {"A1": "A1", "A2": "A2", "B": "B"},
    )
    assert kept["file"] == "export.csv"


def test_what_is_changed_holds_for_the_next_file(planner: Person) -> None:
    """Campaigns given to one channel add up there, from the next file on, and a note says why."""
    upload(planner)
    kept = planner.get("/v1/imports")["items"][0]
    wish = {"columns": kept["columns"], "names": {"A1": "search", "A2": "search", "B": "video"}}
    planner.put(f"/v1/imports/{kept['id']}", wish, 428)
    planner.put(f"/v1/imports/{kept['id']}", wish, If_Match=f'"{kept["version"]}"')
    planner.put(f"/v1/imports/{kept['id']}", wish, 412, If_Match=f'"{kept["version"]}"')
    again = upload(planner)
    assert "as_before" in [note["code"] for note in again["notes"]]
    spends = {(row["channel"], row["period"]): row["spend"] for row in planner.get("/v1/history")["rows"]}
    assert (spends["search", "2026-10"], spends["video", "2026-10"]) == (300, 50)


def test_what_is_forgotten_is_read_by_itself_again(planner: Person) -> None:
    """Without the memory the same file is what it was the first time."""
    first = upload(planner)
    kept = planner.get("/v1/imports")["items"][0]
    planner.put(
        f"/v1/imports/{kept['id']}",
        {"columns": kept["columns"], "names": {"A1": "search"}},
        If_Match=f'"{kept["version"]}"',
    )
    path = f"/v1/imports/{kept['id']}"
    assert planner.send("DELETE", path, If_Match=f'"{kept["version"]}"').status_code == 412
    assert planner.send("DELETE", path).status_code == 200
    assert upload(planner)["mapping"] == first["mapping"]


def test_a_mapping_that_is_sent_comes_first(planner: Person) -> None:
    """Whoever sends a mapping with the file has it read so, whatever is remembered."""
    upload(planner)
    sent = '{"columns": {"revenue": "ignored"}}'
    assert upload(planner, data={"mapping": sent})["mapping"]["columns"]["revenue"] == "ignored"


def test_workspaces_do_not_meet(shop: Shop, planner: Person) -> None:
    """What one workspace remembers is none of another's business."""
    upload(planner)
    other = Shop(shop.client, shop.database).person("planner")
    assert other.get("/v1/imports")["items"] == []
    other.get(f"/v1/imports/{planner.get('/v1/imports')['items'][0]['id']}", 404)
