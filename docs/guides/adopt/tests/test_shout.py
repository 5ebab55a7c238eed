from slowpack import shout


def test_shout() -> None:
    assert shout("hi") == "HI!"
