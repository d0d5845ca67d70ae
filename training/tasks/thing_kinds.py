"""Kinds that a name or a sentence tells of itself, so that no river is said to be a beach."""

import re
from functools import cache

_KINDS = tuple(
    re.compile(rf"\b(?:{words})\b", re.IGNORECASE)
    for words in (
        r"lakes?|loch|lough|llyn|tarn|pond|reservoir|lagoon|laguna",
        r"rivers?|creek|stream|fork|tributary|brook|rapids|the (?:amazon|nile|danube|rhine)",
        r"mount|mountains?|peak|summit|volcano|ridge|hill|range|massif|alps|monte|pico|climbed",
        r"islands?|isle|islet|atoll|archipelago",
        r"falls|waterfall|cascade",
        r"desert|dunes?",
        r"bay|gulf|sea|cove|sound|strait|fjord|cape|headland|beach",
        r"caves?|cavern|passages",
        r"forest|wood|woodland|trees|grove",
        r"glacier|ice field",
        r"valley|canyon|gorge|glen|ravine",
        r"wetland|marsh|bog|fen|swamp|moor|moss|heath|peat",
        (
            r"HM[CA]?S|USS|[SM]S|MV|RMS|SMS|ships?|ferry|vessel|boat|yacht|schooner|brig|barge|tug"
            r"|trawler|liner|steamer|submarine|icebreaker|frigate|destroyer|cruiser|corvette|keel"
            r"|clipper|whaler|collier|minesweeper|gross tonnage|tons|knots|crew of"
        ),
        r"aircraft|aeroplane|airplane|airliner|fighter|bomber|helicopter|glider|airship|flown|wing",
        r"cars?|SUV|van|lorry|truck|bus|scooter|motorcycle|moped|sedan|saloon|roadster|pickup",
        r"trams?|trains?|locomotives?|railcar|trolleybus|railway|gauge",
        r"castle|fortress|keep",
        r"church|cathedral|chapel|basilica|abbey|priory|convent|monastery",
        r"mosque|minarets?",
        r"synagogue",
        r"hotel|inn|guests",
        r"museum|gallery",
        r"stadium|arena|seats|spectators",
        r"(?:opera house|theatre|cinema|concert hall)",
        r"lighthouse|lamp",
        r"library|books",
        r"(?:wind|cotton |water)?mill",
        r"station|platforms|passengers",
        r"mansion|villa|palace|palazzo|manor|country house",
        r"birds?|owls?|goose|geese|ducks?|heron|gulls?|songbird|finch|plumage|feathers|warbler",
        r"lizard|snake|gecko|turtle|tortoise|crocodile|alligator|reptile|viper|iguana",
        r"frogs?|toads?|newts?|salamander|amphibian|tadpoles",
        r"fish|sharks?|trout|salmon|rays?|eels?|carp|herring|tuna|catfish|spawns?",
        r"insects?|beetles?|moths?|butterfl(?:y|ies)|ants?|wasps?|bees?|dragonfly|fly|larvae",
        r"spiders?|crabs?|shrimps?|crustacean|lobsters?|scorpions?",
        r"snails?|slugs?|mollusc|squid|octopus|clams?|shell",
        (
            r"mammal|rodent|bats?|deer|antelope|monkeys?|mouse|mice|wolf|fox|cats?|bears?|seals?"
            r"|whales?|dolphins?|horses?|cattle|dogs?|hoofed|pups?|calf|fur"
        ),
        r"tree|conifer|oak|pine|maple|birch|timber|trunk",
        r"shrub|bush|hedge",
        r"fern|fronds?|spores",
        r"orchid|lily|tulip|rose|petals",
        r"vine|climber|ivy|climbing",
        r"cactus|succulent",
        r"grass|reed|sedge|bamboo",
    )
)
_SLOT = re.compile(r"\{[^{}]*\}")


def agree(one: str, other: str) -> bool:
    """Whether two texts may be about one thing: they share a kind, or one of them tells none."""
    ones, others = _kinds(one), _kinds(other)
    return not ones or not others or bool(ones & others)


@cache
def _kinds(text: str) -> set[int]:
    plain = _SLOT.sub(" ", text)
    return {number for number, kind in enumerate(_KINDS) if kind.search(plain)}
