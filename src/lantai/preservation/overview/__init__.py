"""Overview 保存状况: the first page of preservation: what lies where, and how it fares."""
