"""The arena: two contenders answer unnamed, a visitor judges, then all is told. Knows no HTTP."""
