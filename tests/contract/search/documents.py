"""Records for the search contract: open ones, and a closed one with words of its own."""

from lantai.core.search.port import SearchDocument, SearchQuery

PUBLIC = frozenset({"public"})
STAFF = frozenset({"public", "staff"})


def record(identifier, title="", tokens=("public",), **values):
    return SearchDocument(id=identifier, title=title, tokens=tokens, **values)


RECORDS = [
    record(
        "1",
        "中華人民共和國檔案法",
        text="全国人大\n常委会公布",
        doc_no="国务院令第440号",
        creator="全国人大；王五",
        fonds="Z109",
        record_class="WS",
        year=1987,
        date="1987-09-05",
        reference_code="Z109-WS·1987-D30-0002",
        fulltext="各级人民 政府\n应当加强对档案工作的领导",
        source_id="s1",
    ),
    record(
        "2",
        "中华人民共和国档案法实施办法",
        fonds="Z109",
        record_class="WS",
        year=1990,
        date="1990",
        reference_code="Z109-WS·1990-D30-0010",
        creator="国家档案局",
    ),
    record(
        "3",
        "关于档案人员的秘密调查",
        tokens=("staff",),
        text="獬豸计划",
        fulltext="密档内容鳜鱼",
        fonds="Z777",
        record_class="MM",
        year=1966,
        creator="赵钱孙",
        reference_code="Z777-MM·1966-Y-0001",
        doc_no="密发〔1966〕99号",
    ),
    record("4", "农业法", year=2002, date="2002-12-28", fonds="Z200", record_class="WS"),
    record("5", "国档发通知", doc_no="国档发〔2012〕7号", year=2012, text="引用国务院令第17号"),
    record("6", "农业法实施细则", text="农业法", year=2004),
]


def filled(engine, records=RECORDS):
    engine.put(records)
    engine.commit()
    return engine


def ids(engine, text, viewer=PUBLIC, **options):
    return [hit.id for hit in engine.search(SearchQuery(text, viewer, **options)).hits]


def every_id(engine, text="", viewer=PUBLIC, **options):
    """All ids by walking the pages."""
    found, after = [], ""
    while True:
        page = engine.search(SearchQuery(text, viewer, after=after, **options))
        found += [hit.id for hit in page.hits]
        after = page.next
        if not after:
            return found
