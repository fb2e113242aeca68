"""A value found once, and by two objects at one time."""

import threading

from lantai.core.once import once


class _Meeting:
    def __init__(self, barrier):
        self.barrier, self.found = barrier, 0

    @once
    def value(self):
        """What it is."""
        self.found += 1
        self.barrier.wait(timeout=10)
        return self.found


def test_a_value_is_found_once_and_two_objects_do_not_wait_for_each_other():
    barrier = threading.Barrier(2)
    both = [_Meeting(barrier) for _ in range(2)]
    threads = [threading.Thread(target=lambda one=one: one.value) for one in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.value for one in both] == [1, 1]
    assert [one.found for one in both] == [1, 1]
    assert _Meeting.value.__doc__ == "What it is."
