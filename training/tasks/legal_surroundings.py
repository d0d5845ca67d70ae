"""What stands around a clause and decides nothing: sentences, leads and numbers.

Slots are numbered from 8 on, so that they never share a filler with a frame of the task.
"""

NEUTRAL_BEFORE = (
    "The Parties agree as follows.",
    "The parties agree as follows:",
    "Now, therefore, the parties agree:",
    "It is agreed between {company:8} and {company:9} as follows.",
    "This clause forms part of the contract between {company:8} and {person:9}.",
    "Both sides have agreed on the following.",
    "Please read this paragraph carefully.",
    "The following applies to every order placed by {company:9}.",
    "{person:8} (\"we\") and {person:9} (\"you\") have agreed this.",
    "Whereas {company:8} makes {things:9} and {company:9} wishes to buy them, the parties agree:",
    "In this clause, \"the Goods\" means the {things:9} described in Schedule {int:1-9}.",
    "Agreed on {month:9} {int:1-28}, {int:1995-2024}.",
)  # fmt: skip
NEUTRAL_AFTER = (
    "Schedule {int:1-9} gives further details.",
    "The same goes for orders placed through {website_or_shop:9}.",
    "This paragraph applies from {month:9} {int:1-28}, {int:2015-2024}.",
    "This paragraph applies to {company:8} and {company:9} alike.",
    "See also Annex {int:1-9}.",
    "In this clause, \"the Project\" means the works at {building:9}.",
    "The foregoing also applies to work done in {city:9}.",
    "If you have questions about this, ask {person:9}.",
)  # fmt: skip
LEADS = (
    "Subject to clause {int:2-30} (<topic>),",
    "Except as stated in section {int:2-30} (<topic>),",
    "Without prejudice to clause {int:2-30},",
    "In addition to what clause {int:2-30} says about <low>,",
    "Subject to the terms on <low> set out elsewhere,",
    "Save as provided in clause {int:2-30},",
    "Unlike the clause on <low>, this one is short:",
    "The parties further agree that",
    "It is understood that",
    "{company:8} and {company:9} agree that",
    "{company:8} accepts that",
    "For the avoidance of doubt,",
    "As discussed in {city:9} in {month:9},",
    "Having talked about <low> in section {int:2-9}, we now agree that",
)  # fmt: skip
OTHER_TOPICS = ("Definitions", "Delivery", "Prices", "Staff", "Inspection", "Storage")
MARKS = (
    "{n}. ", "{n}) ", "{n}.{m} ", "{n}.{m}. ", "Section {n}. ", "Section {n}.{m}: ", "Clause {n}. ",
    "Clause {n}: ", "Article {n}. ", "ARTICLE {n}. ", "Art. {n} ", "§ {n} ", "§ {n}({m}) ",
    "(a) ", "(b) ", "(iv) ", "General. ", "Miscellaneous. ", "Other terms: ", "Miscellaneous – ",
    "{n}. Special conditions. ", "Further provisions. ",
)  # fmt: skip
