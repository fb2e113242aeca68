"""Small files read together: what is wrong with one says nothing of the others."""

from lantai.core.checks.reading import FileReading, warm_together
from lantai.core.fixity import digest_file
from lantai.core.formats import identify


def test_files_read_together_are_read_as_if_alone(tmp_path):
    contents = {
        "a.txt": "第一号通知".encode(),
        "b.pdf": b"%PDF-1.4\nnothing more",
        "c.xml": "<通知>第三号</通知>".encode(),
        "d.txt": b"last",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    paths = sorted(tmp_path.iterdir())
    together = [FileReading(p, identification=identify(p), read_text=True) for p in paths]
    warm_together(together)
    for path, reading in zip(paths, together, strict=True):
        alone = FileReading(path, read_text=True)
        assert reading.problems == alone.problems
        assert reading.text == alone.text
        assert reading.whole_digests == digest_file(path, ("sm3", "sha512"))
    assert [bool(one.problems) for one in together] == [False, True, False, False]
    assert together[2].text.pages[0].text == "第三号"
