"""Which decoding rows share a product, and which get a copy of their weights."""

PROMPT = "### Tweet: tea"


def test_a_popular_adapter_is_not_copied_beside_others(make_engine, tiny_adapter, drive, greedy):
    """Catches a rule by the mean: a few others would have the popular one copied for every row."""
    engine = make_engine()
    for name, seed in (("popular", 1), ("one", 2), ("two", 3)):
        engine.adapters.load(name, tiny_adapter(rank=8, seed=seed))
    driver = drive(engine)
    names = ["one", *["popular"] * 8, "two"]
    alone = [driver.tokens(driver.run([greedy(PROMPT, name, 6)])[0]) for name in names]
    rows = driver.add([greedy(PROMPT, name, 6) for name in names])
    driver.step()
    driver.step()
    assert engine._order.num_bytes == 2 * engine.adapters.known["one"].num_bytes
    driver.finish()
    assert [driver.tokens(row) for row in rows] == alone
