"""Which errors have a page of their own 出错页面 (``templates/422.html``); known without the models."""

PAGES = (400, 403, 404, 413, 422, 429, 500)  # what has none is shown as the first
