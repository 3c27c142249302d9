import pytest

from bench.delivery import Delivery


def test_a_delivery_that_lost_nothing_counts() -> None:
    Delivery(frames=10, missing=0, doubled=0, delays=(0.01,), cpu_seconds=0.1).check()


@pytest.mark.parametrize(
    ("missing", "doubled", "said"), [(1, 0, "1 missing, 0 doubled"), (0, 2, "0 missing, 2 doubled")]
)
def test_what_was_lost_or_doubled_is_no_measurement(missing: int, doubled: int, said: str) -> None:
    lossy = Delivery(frames=10, missing=missing, doubled=doubled, delays=(0.01,), cpu_seconds=0.1)
    with pytest.raises(RuntimeError, match=said):
        lossy.check()
