"""What invented providers say of their competence, and what invented clients ask before they choose."""

from random import Random

from marketplace.access.actor import Actor
from marketplace.demo.cast import Cast
from marketplace.roles import Role
from marketplace.use_cases.ask_provider import AnswerOrder, AskOrder, answer_question, ask_provider, threads_to_us
from marketplace.use_cases.competences import ClaimOrder, claim_competence
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.keep_competences import TermDraft, add_term
from marketplace.use_cases.refusals import Refused

WORDS = (
    ("Kielitietoinen ohjaus", "Språkmedveten handledning", "Language-aware guidance",
     "Koulutus selkokielestä tai suomi toisena kielenä -ohjauksesta.", "Kurssitodistus, selkokieli"),
    ("Mielenterveyskuntoutujien työhönvalmennus", "Arbetsträning för psykiatriska rehabiliteringsklienter",
     "Job coaching in mental health recovery", "IPS-koulutus tai vuosi työtä kuntoutujien kanssa.", "IPS-koulutus"),
    ("Osatyökykyisten työllistyminen", "Sysselsättning av partiellt arbetsföra", "Work with partial work ability",
     "Työkykykoordinaattorin koulutus.", "Työkykykoordinaattorin todistus"),
    ("Nuorten ohjaus", "Handledning av unga", "Guidance of young people",
     "Nuoriso- tai opinto-ohjaajan tutkinto.", "Yhteisöpedagogin tutkinto"),
    ("Yrittäjyysneuvonta", "Företagsrådgivning", "Advice on starting a business",
     "Yritysneuvojan tutkinto tai kolme vuotta neuvontaa.", "Yritysneuvojan erikoisammattitutkinto"),
)  # fmt: skip
"""Name in fi, sv and en; what is asked for it; what a company shows."""
QUESTIONS = (
    ("Voiko valmennukseen tulla bussilla?", "Kyllä, pysäkki on oven edessä."),
    ("Saanko saman valmentajan joka kerta?", "Saat. Lomien aikana on sijainen, josta kerromme etukäteen."),
    ("Voinko tulla iltapäivisin?", "Kyllä, sovitaan ajat sinulle sopiviksi."),
)


def tell_competences(desk: Desk, random: Random, cast: Cast) -> None:
    """The organiser's words, and what about half of the companies claim of them."""
    today = desk.clock.today()
    terms = [
        (add_term(desk, cast.one(Role.PROCUREMENT), TermDraft({"fi": fi, "sv": sv, "en": en}, {"fi": asked}, today)), shown)
        for fi, sv, en, asked, shown in WORDS
    ]
    for manager in cast.managers.values():
        if random.random() < 0.55:
            for term, shown in random.sample(terms, random.choice((1, 1, 2, 3))):
                claim_competence(desk, manager, ClaimOrder(term, shown, None, today))


def ask(desk: Desk, random: Random, client: Actor, voucher_id: int, unit: str) -> str:
    """A client asks a provider on her list; returns the answer that it is going to give, "" when she could not ask."""
    question, answer = random.choice(QUESTIONS)
    try:
        ask_provider(desk, client, AskOrder(voucher_id, unit, question))
    except Refused:
        return ""
    return answer


def answer_all(desk: Desk, manager: Actor, words: str) -> int:
    """The company answers what waits for it; returns how many."""
    waiting = [thread.id for thread in threads_to_us(desk, manager) if thread.waits_for == "provider" and thread.id]
    for thread_id in waiting:
        answer_question(desk, manager, AnswerOrder(thread_id, words))
    return len(waiting)
