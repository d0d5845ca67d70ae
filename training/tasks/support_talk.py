"""What is said around a request on the telephone to a bank: none of it decides what is wanted.

Slots are numbered from 6 on, so that they never share a filler with a frame of the task.
"""

from collections.abc import Mapping

BANKS = (
    "{last_name:8} bank", "{city:8} bank", "{last_name:8} banking group", "first {city:8} bank",
    "{region:8} bank",
    "bank of {city:8}", "{last_name:8} and {last_name:9}", "{city:8} credit union",
    "{village:8} savings bank", "{last_name:8} trust",
)  # fmt: skip

GREETINGS = (
    "thank you for calling <bank>, this is {first_name:8}, how can i help",
    "thanks for calling <bank>, what can i do for you",
    "good morning, <bank>, {first_name:8} speaking",
    "good afternoon, <bank>, how may i help you today",
    "hello, you've reached <bank>, how can i help",
    "<bank>, this is {first_name:8} speaking, what can i do for you",
    "welcome to <bank>, my name is {first_name:8}",
    "<bank>, good evening",
    "hi, this is {first_name:8} at <bank>, how can i help you today",
    "thank you for holding, this is {first_name:8} at <bank>",
)

NAME_FIRST = (
    ("before we start, may i have your name", "it's {first_name:9} {last_name:7}"),
    ("can i take your name please", "{first_name:9} {last_name:7}"),
    ("could you give me your account number first", "sure, it's {int:100000-999999}"),
    ("and the last four digits of your account", "{int:1000-9999}"),
    ("may i ask for your date of birth", "{month:8} {int:1-28}, nineteen {int:50-99}"),
    (
        "i need your name and your postcode",
        "{first_name:9} {last_name:7}, and it's, um, {int:10000-99999}",
    ),
    ("who am i speaking to", "this is {first_name:9} {last_name:7}"),
    ("how are you today", "not too bad, thanks"),
    ("how's the weather in {city:9}", "wet, thanks for asking"),
    ("i can hear some noise", "that's the {animal:8}, sorry"),
)

GO_ON = (
    "thank you, what can i do for you", "thank you, how can i help",
    "great, and what are you calling about", "okay, what do you need today", "right, go ahead",
    "lovely, what's it about", "thanks, tell me what you need", "alright, what can i do",
)  # fmt: skip

DETOURS = (
    ("sorry, the dog, one second", "no rush"),
    ("hang on, somebody's at the door", "take your time"),
    ("sorry, i'm in the car, can you hear me", "i can hear you fine"),
    ("one moment, i need my glasses", "of course"),
    ("is it always this busy", "on {weekday:8}s it is"),
    ("wait, let me find a pen", "sure, go ahead"),
    ("you sound just like my {occupation:8}", "ha, i get that a lot"),
    ("sorry, my phone's nearly dead", "then let's be quick"),
    ("uh, let me turn the radio down", "thanks"),
    ("i was on hold for {int:10-50} minutes by the way", "i'm sorry about that"),
)

CLOSINGS = (
    ("anything else", "no that's all, thanks"),
    ("is there anything else i can do", "no thank you, bye"),
    ("have a good day", "you too"),
    ("all done, thanks for calling", "thank you {first_name:8}, bye"),
    ("is that everything", "yes, you've been very kind"),
    ("can i help with anything else today", "no, i'm good, cheers"),
)

DROPPED: Mapping[str, tuple[str, ...]] = {
    "reset password": (
        "i forgot my password this morning, but it came back to me",
        "i was going to ask about my password, but the app took it in the end",
        "somebody already reset my password, so that's done",
    ),
    "check balance": (
        "i was going to ask for my balance, but i see it on the screen now",
        "my balance i know, it's on the statement",
        "i checked my balance at the machine already",
    ),
    "replace card": (
        "the new card came yesterday, thanks for that",
        "i thought i'd lost my card, but it was in my other coat",
        "my card is fine, before you ask",
    ),
    "order checks": (
        "the checks i ordered arrived, no problem there",
        "i wanted more checks, but i found a full box in the drawer",
        "i don't need any checks, i never use them",
    ),
    "schedule appointment": (
        "i had an appointment at the branch last week, that went well",
        "i don't want an appointment, the phone will do",
        "i already met the loan officer, so that's settled",
    ),
    "pay bill": (
        "the electric bill i paid online, so forget that one",
        "i was calling to pay a bill, but my wife did it already",
        "all my bills are paid, touch wood",
    ),
    "transfer money": (
        "i meant to move some money to savings, but i did it in the app",
        "the transfer to my brother went through, by the way",
        "i don't want to send money anywhere today",
    ),
    "get branch hours": (
        "i know when the branch is open, that's not why i'm calling",
        "i looked up your opening hours, so never mind those",
        "i was at the branch before it opened, but that's another story",
    ),
}
"""By request: mentioned by the caller and dropped again."""

DROPPED_ANSWERS = (
    "good to hear, so what can i do for you", "okay, so what is it today", "i see, how can i help",
    "glad that's sorted, what else is there", "alright, what do you need then",
    "oh good, and what brings you to us now",
)  # fmt: skip

OFFERED: Mapping[str, str] = {
    "reset password": "shall i reset your password as well",
    "check balance": "would you like to hear your balance too",
    "replace card": "do you need a new card as well",
    "order checks": "do you want to order checks while we're at it",
    "schedule appointment": "would you like an appointment with an adviser",
    "pay bill": "any bills you want to pay today",
    "transfer money": "do you want to move any money",
    "get branch hours": "do you need our opening hours",
}
"""By request: offered by the agent at the end and refused."""

REFUSALS = ("no thank you", "no, that's not necessary", "not today, thanks", "no no, that's all")
