"""Word problems put together sentence by sentence; `composing` knows all the kinds."""
