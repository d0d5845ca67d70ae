"""Comments, composed: insults, threats and contempt, and harmless ones that use the same words.

A grammar for training.tasks.grammar; slots in braces are left for the task to fill.
"""

import re

_INSULTS = (
    "idiot", "moron", "fool", "clown", "loser", "liar", "coward", "troll", "dimwit", "halfwit",
    "dunce", "imbecile", "jerk", "creep", "twit", "prat", "muppet", "numpty", "worm", "rat", "pig",
    "weasel", "snake", "cockroach", "parasite", "fraud", "hack", "crybaby", "brat", "hypocrite",
    "bully", "blockhead", "buffoon", "nobody", "joke", "disgrace", "waste of space", "scumbag",
    "donkey", "simpleton", "thug", "snob", "sneak", "know-it-all", "nutcase", "weirdo", "freak",
    "pest", "crook", "ass", "dummy", "bonehead", "airhead", "lowlife", "slob", "toad",
    "tosser", "bigmouth", "windbag", "crank", "quack", "wimp", "dope", "oaf",
)  # fmt: skip
RULES = {
    "noun": _INSULTS,
    "adj": (
        "stupid", "dumb", "pathetic", "ignorant", "useless", "worthless", "brainless", "spineless",
        "gutless", "miserable", "disgusting", "lying", "lazy", "arrogant", "smug", "ridiculous",
        "clueless", "dense", "thick", "ugly", "vile", "filthy", "slimy", "hopeless", "sad", "petty",
        "nasty", "hateful", "mindless", "talentless", "boring", "foolish", "crazy", "greasy",
    ),
    "rubbish": ("garbage", "rubbish", "trash", "crap", "drivel", "junk", "a joke", "worthless"),
    "work": ("edit", "comment", "article", "post", "page", "list", "reply", "vote", "opinion"),
    "go": (
        "shut up", "get lost", "go away", "get out of here", "go to hell", "beat it", "drop dead",
        "buzz off", "get a life", "grow up", "shut your mouth", "crawl back under your rock",
        "go back to {village:6}", "jump in a lake", "piss off", "screw you", "bite me",
    ),
    "who": ("{first_name:6}", "{person:6}", "this user", "the admin", "whoever wrote this"),
    "insult": (
        "you <adj> <noun>", "you <noun>", "you are <a noun>", "you are <a adj> <noun>",
        "you're such <a noun>", "you're nothing but <a adj> <noun>", "what <a adj> <noun>",
        "what <a noun> you are", "<who> is <a noun>", "<who> is <a adj> <noun>",
        "only <a noun> would write this", "only <a adj> <noun> could think that",
        "are you <adj> or just <adj>?", "how <adj> can you be?", "how <adj> do you have to be?",
        "<go>", "<go>, <noun>", "<go>, you <adj> <noun>", "<go> and take your {things:6} with you",
        "your <work> is <rubbish> and so are you", "your <work> is as <adj> as you are",
        "you have the brain of a {animal:6}", "my {animal:6} is smarter than you",
        "i have met {things:6} with more brains than you", "i hate you", "nobody likes you",
        "nobody wants you here", "you make me sick", "you disgust me", "you are <adj>",
        "you are so <adj>", "you are too <adj> to understand {subject:6}", "you are nothing",
        "nobody cares what you think, <noun>", "learn to read, <noun>", "you <adj>, <adj> <noun>",
        "the world would be better without you", "people like you are <a disgrace>",
        "everyone who likes {band:6} is <a noun>", "you and your <adj> friends can rot",
        "i hope you lose your job", "i hope you choke on your {food:6}", "u r <a noun>",
        "i spit on you", "you will always be <a noun>", "your mother must be ashamed of you",
        "a {occupation:6} like you? more like <a noun>", "you stink", "<noun>!", "<adj> <noun>",
        "you couldn't find {city:6} on a map, <noun>", "stop whining, you big baby",
    ),
    "disgrace": ("disgrace", "disease", "joke", "plague", "waste of air"),
    "threat": (
        "i will find you", "i know where you live", "you will regret this", "watch your back",
        "i'll smash your face in", "i'll make you pay for this", "i am going to hurt you",
        "wait till i get my hands on you", "i'm coming to {city:6} and you won't like it",
        "somebody should break your fingers", "you're dead", "i will destroy you",
        "do that again and you'll see what happens to your {thing:6}", "one day you will bleed",
    ),
    "feint": (
        "with all due respect,", "no offence, but", "sorry, but", "i am not usually rude, but",
        "i don't want to insult anybody, but", "nothing personal, but", "to be polite about it,",
        "i have read the rules, and still:", "dear {first_name:6},", "well done,", "i tried, but",
        "thanks for nothing,", "i know i'll be banned for this, but", "let me be clear:",
    ),
    "toxic": ("<insult>", "<insult>", "<insult>", "<insult>. <insult>", "<threat>",
    "<feint> <insult>",
              "<insult>, <insult>", "<insult>. <threat>"),
    "dull": ("stupid", "ridiculous", "useless", "terrible", "awful", "silly", "dumb", "ugly",
             "boring", "pathetic", "crazy"),
    "item": ("{thing:6}", "phone", "keyboard", "printer", "template", "rule", "bot", "password",
             "infobox", "website", "timetable", "{product:6}", "song", "headline"),
    "harmless": (
        "i'm such <a noun>, i forgot to sign", "<noun> that i am, i deleted the wrong line",
        "i felt like <a noun> when i saw my mistake", "sorry, that was <dull> of me",
        "how <dull> of me to forget the {thing:6}", "my own <work> was <rubbish>, so i rewrote it",
        "this <dull> <item> is broken again", "the <dull> <item> ate my text", "i hate this <item>",
        "what <a dull> <item>, who made it?", "the film was <dull>, the book is better",
        "the word \"<noun>\" is {int:100-900} years old", "is \"<noun>\" spelt with a capital?",
        "please don't use words like \"<noun>\" here", "why was \"<noun>\" added to the list?",
        "somebody called me <a noun> on the page about {city:6}, can an admin help?",
        "in {film_title:6} the {occupation:6} is called <a noun>, that is a quote",
        "the song \"<noun>\" by {band:6} is missing",
        "you are not <a noun>, anyone could miss that",
        "nobody here is <a noun>", "i never said that you were <a noun>",
        "i don't think {first_name:6} is <a noun>, just tired", "you're not <adj> at all",
        "please don't call {first_name:6} <a noun>", "my brother is <a noun>, but i love him",
        "calling people <dull> does not help",
        "it is wrong to call the mayor <a noun> in the article",
        "there is a snake in the photo, not a {animal:6}", "pigs are clever animals",
        "the rat on page {int:2-300} is a {animal:6}", "a donkey carried the {things:6}",
        "my cat killed a rat in the garden", "worms are good for the {plant:6}",
        "the clown in the {city:6} circus was funny",
        "garbage is collected on {weekday:6}s in {village:6}",
        "my phone died, sorry", "kill the process and start it again", "that joke killed me",
        "i'd kill for some {food:6}", "the {sports_team:6} destroyed us again, well played",
        "the murder of {person:6} is in chapter {int:2-20}", "shoot me a mail about the {event:6}",
        "i'm dying to see {film_title:6}", "the bomb in {city:6} was found in {int:1946-2015}",
        "that is wrong, the bridge opened in {int:1850-1990}", "your argument makes no sense to me",
        "i don't believe this number", "this section is badly written", "i strongly disagree",
        "i am angry about this deletion", "this is the worst article about {subject:6} i have read",
        "the <work> is <dull>, but its author means well", "what a <dull> way to lose a match",
        "he hit the ball so hard that it broke a window", "they were beaten by {sports_team:6}",
        "the troll in the tale lives under a bridge near {natural_place:6}",
    ),
    "report": (
        "someone wrote <quote> on my page", "a user from {city:6} left me this: <quote>",
        "i removed <quote> from the article, it was vandalism", "is <quote> allowed here?",
        "please look at the edit that says <quote>",
        "i got a message saying <quote>. what can i do?",
        "<quote> is not a helpful answer to a newcomer", "my son was told <quote> at school",
        "the line <quote> is from {film_title:6}, act {int:1-3}",
        "yesterday the page read <quote> for an hour before i reverted it",
    ),
    "civil_lead": (
        "thank you for the new section on {things:6}", "i have read your article about {city:6}",
        "hello {first_name:6}", "the picture of {landmark:6} is nice", "i changed the date",
        "about the {event:6}", "you moved my text on {weekday:6}", "so you are from {region:6}",
        "i have added two sources", "the table is now complete",
    ),
}  # fmt: skip
"""Rules of both sides; `toxic`, `harmless` and `report` are whole comments."""

BAD_WORDS = re.compile(
    r"\b(?:idiot|moron|loser|stupid|dumb|pathetic|jerk|crap|ass|scumbag|dimwit|imbecile|liar)\b"
)
"""Words that people hide a letter of."""
