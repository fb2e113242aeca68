"""Official mail 公务电子邮件: an .eml with Chinese headers and a table attached."""

from __future__ import annotations

import csv
import io
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from lantai.core.specimens.makers._tables import table_of
from lantai.core.specimens.makers.maker import Fonts, Maker
from lantai.core.specimens.records import Specimen


class MailFile(Maker):
    """One message as sent."""

    id = "eml"
    suffix = ".eml"

    def make(self, record: Specimen, path: Path, fonts: Fonts) -> list[Path]:
        """Fixed id and boundary, so that the bytes are steady."""
        message = EmailMessage(policy=SMTP)
        values = record.values
        message["Subject"] = record.title
        message["From"] = f"{values['creator']} <post{record.seed % 90 + 10}@yunxi.example>"
        message["To"] = f"{values['creating_unit']} <{values['fonds'].lower()}@yunxi.example>"
        message["Date"] = record.day.strftime("%a, %d %b %Y 09:30:00 +0800")
        message["Message-ID"] = f"<{record.id}@yunxi.example>"
        message.set_content(record.body + "\n", charset="utf-8", cte="base64")
        stream = io.StringIO()
        csv.writer(stream).writerows(table_of(record.body))
        message.add_attachment(
            stream.getvalue().encode("utf-8-sig"),
            maintype="text",
            subtype="csv",
            filename="附件一.csv",
        )
        message.set_boundary(f"==specimen-{record.id}==")
        path.write_bytes(message.as_bytes())
        return [path]
