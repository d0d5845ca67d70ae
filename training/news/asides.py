"""Sentences that may stand in any news story of a kind and say nothing of what happened in it.

Slots carry indices that no frame uses, so that an aside never names somebody of the story.
"""

from collections.abc import Mapping

OPENERS = (
    "[The news|This story] came as a surprise[|, even in {city:8}].",
    "Few people had expected [it|this][| in {city:8}].",
    "Here is what we know so far.",
    "It is the talk of {city:8}[| this week].",
    "It was on the front page of every paper in {region:8}.",
    "Our reporter {person:8} writes from {city:8}.",
    "Readers in {city:8} have asked us about this [story|news].",
    "[By|Text:] {person:8}[|, {city:8}].",
    "There was [big|unusual|unexpected] news this week.",
    "[Local|Regional] news, {weekday:8} [morning|evening] edition.",
    "For days there had been rumours.",
    "(Updated at {int:1-11} [am|pm])",
    "{city:8} -",
    "{city:8} ({weekday:8}) -",
    "[News in brief:|In the news today:]",
)
CLOSERS = (
    "[More details|Further details] are expected later this week.",
    "A full report will [be published|appear] in {month:8}.",
    "[The news|The story] was first reported by a radio station in {city:8}.",
    "People in {city:8} have followed the story closely.",
    '"[I read it at breakfast|We will see]," said {person:8}[|, a {occupation:8}].',
    "{person:8}, a {occupation:8} from {village:8}, [could hardly believe it|was not surprised].",
    "[So far|Until now] there has been no word from {organization:8}.",
    "{organization:8} did not want to comment.",
    "A similar story was in the news {int:2-9} years ago.",
    "Our newspaper received {int:12-90} letters about it.",
    "The story was read {int:2-90},000 times on our website.",
    "[We will keep you informed|This story will be updated].",
    "{person:8} reported from {city:8}.",
    "In {country:8} people see such things differently.",
    "Asked about it, {person:8} from {city:8} only laughed.",
    "[A television team from|Reporters from] {country:8} arrived on {weekday:8}.",
)
OTHER_NEWS = ("In other news:", "Elsewhere:", "Also in the news:", "More news:")
"""What stands before a sentence of another story."""
BY_KIND: Mapping[str, tuple[str, ...]] = {
    "sport": (
        "Fans talked of [little|nothing] else on the way home.",
        "[The next round|A new season] begins in {month:8}.",
        "{person:8}, who once played for {sports_team:8}, [was watching|sent a message].",
        "Television pictures were seen in {int:12-80} countries.",
        "[Tickets for the next game|Season tickets] went on sale on {weekday:8}.",
        "A spokesman for {sports_team:8} wished everyone well.",
    ),
    "business": (
        "A spokeswoman declined to [comment|say more].",
        "Analysts had [not expected|expected] the news.",
        "The news [came|was made public] in a short statement.",
        "{person:8}, who follows the industry for {company:8}, [called it bold|was not surprised].",
        "Rivals such as {company:8} [are watching closely|had no comment].",
        "Trading was quiet on {weekday:8}.",
    ),
    "science": (
        "{person:8} of {university:8}, who was not involved, called it interesting.",
        "[Other experts|Scientists elsewhere] asked for more data.",
        "A team at {university:8} is working on a similar question.",
        "The next conference on the subject will be held in {city:8}.",
        "More research is planned.",
    ),
    "health": (
        "Patients with questions should [speak to|ask] their doctor.",
        "{person:8}, a doctor in {city:8}, [asked people to stay calm|had not heard of it before].",
        "{organization:8} has set up a telephone line for questions.",
        "Doctors in {country:8} were informed on {weekday:8}.",
    ),
    "culture": (
        "{band:8} have not said what they think about it.",
        "{person:8}, a [critic|reader|fan] from {city:8}, wrote about it online.",
        "Fans shared the news within minutes.",
        "[A documentary|A radio programme] about it is planned for {month:8}.",
        "[Pictures can be seen|There is more] on the website.",
    ),
    "public": (
        "[A meeting|A talk] about it will be held in {city:8} on {weekday:8}.",
        "[Neighbours|Passers-by] took pictures with their phones.",
        "{person:8}, who lives nearby, said that everyone was talking about it.",
        "[An office in|The town hall of] {city:8} will answer questions by telephone.",
        "In {village:8}, not far away, people [shook their heads|were following the news].",
    ),
}
KINDS: Mapping[str, tuple[str, ...]] = {
    "sport": ("sports_team", "sport"),
    "culture": ("album_title", "band", "book_title", "film_title", "game_title"),
    "health": ("chemical", "disease"),
    "science": ("university",),
    "business": ("company", "product", "website_or_shop", "game_developer"),
}
"""The slots that tell a story's kind, the more telling kinds first; a story of none is public."""


def kind_of(slots: set[str]) -> str:
    """The kind of a story with these slots."""
    return next((kind for kind, known in KINDS.items() if slots.intersection(known)), "public")
