"""Sound and moving image 音视频 through FFmpeg's libraries (PyAV)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lantai.core.formats.format import Format, Problem, damaged

_FRAMES_TRIED = 50


class _Media(Format):
    """What FFmpeg demuxes."""

    def characterise(self, path: Path) -> dict[str, Any]:
        """Container, duration (s), bit rate and each stream's codec and measures."""
        import av

        try:
            with av.open(str(path), metadata_errors="replace") as container:
                return {
                    "container": container.format.name,
                    "duration": round(container.duration / 1e6, 3) if container.duration else None,
                    "bit_rate": container.bit_rate or None,
                    "metadata": {k: str(v)[:500] for k, v in container.metadata.items()},
                    "streams": [_stream(stream) for stream in container.streams],
                }
        except (av.FFmpegError, OSError, ValueError) as fault:
            raise damaged(fault) from fault

    def verify(self, path: Path) -> list[Problem]:
        """Has a stream whose first frames decode."""
        import av

        try:
            with av.open(str(path), metadata_errors="replace") as container:
                streams = [s for s in container.streams if s.type in ("audio", "video")]
                if not streams:
                    raise damaged("没有音视频流 no stream")
                decoded = 0
                for frame in container.decode(streams[0]):
                    decoded += frame is not None
                    if decoded >= _FRAMES_TRIED:
                        break
        except (av.FFmpegError, OSError, ValueError) as fault:
            raise damaged(fault) from fault
        if not decoded:
            return [Problem("damaged", "error", "音视频无法解码", "nothing in it decodes")]
        return []


def _stream(stream: Any) -> dict[str, Any]:
    context = stream.codec_context
    found = {"type": stream.type, "codec": context.name if context else ""}
    names = {
        "audio": ("sample_rate", "channels", "bit_rate"),
        "video": ("width", "height", "pix_fmt", "average_rate"),
    }
    for name in names.get(stream.type, ()):
        value = getattr(context, name, None) or getattr(stream, name, None)
        if value is not None:
            found[name] = value if isinstance(value, int) else str(value)
    return found


class Wav(_Media):
    """WAV and Broadcast WAVE."""

    id = "wav"
    label_zh, label_en = "WAV 音频", "WAVE audio"
    mimes = ("audio/x-wav", "audio/wav", "audio/vnd.wave")
    extensions = ("wav",)


class Mp3(_Media):
    """MPEG audio."""

    id = "mp3"
    label_zh, label_en = "MP3 音频", "MP3 audio"
    mimes = ("audio/mpeg",)
    extensions = ("mp3",)


class Flac(_Media):
    """Free Lossless Audio Codec."""

    id = "flac"
    label_zh, label_en = "FLAC 音频", "FLAC audio"
    mimes = ("audio/flac",)
    extensions = ("flac",)


class OtherAudio(_Media):
    """AIFF, AAC, Ogg, AMR, WMA."""

    id = "audio"
    label_zh, label_en = "其他音频", "other audio"
    mimes = ("audio/x-aiff", "audio/aiff", "audio/ogg", "audio/aac", "audio/mp4", "audio/amr",
             "audio/x-ms-wma")  # fmt: skip
    puids = ("fmt/414", "x-fmt/135", "x-fmt/136")
    extensions = ("aif", "aiff", "ogg", "aac", "m4a", "amr", "wma")


class Video(_Media):
    """MP4, MOV, AVI, MPEG, MXF, Matroska, FLV, WMV."""

    id = "video"
    label_zh, label_en = "视频", "video"
    puids = ("fmt/200", "fmt/569", "fmt/5", "fmt/199", "x-fmt/384", "x-fmt/385", "x-fmt/386")
    mimes = ("video/mp4", "video/quicktime", "video/x-msvideo", "video/mpeg", "video/x-flv",
             "application/mxf", "video/x-matroska", "video/webm", "video/x-ms-wmv",
             "application/mp4")  # fmt: skip
    extensions = ("mp4", "mov", "avi", "mpg", "mpeg", "mxf", "mkv", "flv", "wmv", "webm")
