"""What is refused where lists are drawn: the log and its published head, public randomness, control groups."""

from marketplace.web.i18n import LazyText, lazy_template

TEXTS: dict[str, LazyText] = {
    "log_behind": lazy_template(
        "The order log ends at line %(own)s, but line %(published)s has been published: the database was restored from an "
        "older copy. No list is drawn before the newer lines are back. Tell whoever runs the installation."
    ),
    "log_forked": lazy_template(
        "Line %(published)s of the order log is another one than the one that was published. No list is drawn before this "
        "is cleared up. Tell whoever runs the installation."
    ),
    "head_unreadable": lazy_template(
        "The published head of the order log cannot be read, so no list is drawn. "
        "Tell whoever runs the installation: %(why)s"
    ),
    "same_rule": lazy_template("This is the rule already. Change something, or go back."),
    "lottery_code": lazy_template(
        "Write the lottery's code with small letters, numbers and dashes, for example veikkaus-lotto."
    ),
    "chain_missing": lazy_template(
        "Paste the description of the drand chain that you use, as a drand server shows it at /info."
    ),
    "chain_wrong": lazy_template("This is not the description of a drand chain: %(why)s."),
    "lottery_not_used": lazy_template("This organiser does not use a lottery. Change the rule first."),
    "drand_not_used": lazy_template("This organiser does not use drand. Change the rule first."),
    "round_missing": lazy_template(
        "The file does not have the first round of %(day)s. Fetch it after midnight in Helsinki and try again."
    ),
    "day_has_beacon": lazy_template(
        "The randomness of %(day)s is settled already and can never change. Choose a later day."
    ),
    "day_past": lazy_template("This day has passed. Choose today or a later day."),
    "day_too_far": lazy_template("Choose a day at most %(most)s days ahead."),
    "draw_after_day": lazy_template(
        "The draw must have been made before the day begins or on it, and not in the future."
    ),
    "draw_too_old": lazy_template("The draw is more than %(most)s days older than the day. Use the newest one."),
    "draw_older_than_used": lazy_template(
        "An earlier day has used the draw of %(day)s. An older one cannot be used after it."
    ),
    "draw_entered": lazy_template("A draw for %(day)s is entered already. It must be confirmed, or taken back first."),
    "draw_settled": lazy_template("This draw is settled already."),
    "own_draw": lazy_template("You entered this draw yourself. A colleague must confirm it."),
    "numbers_count": lazy_template("Write all the numbers of the draw: at least %(least)s and at most %(most)s."),
    "numbers_twice": lazy_template("One number is there twice. Look at the draw again."),
    "number_odd": lazy_template("Each number must be from 0 to %(most)s."),
    "numbers_differ": lazy_template(
        "These are not the numbers that were entered. Look at the draw again. If the first entry was wrong, ask your "
        "colleague to take it back."
    ),
    "group_company_unknown": lazy_template("Choose one of the companies in the list."),
    "group_same_company": lazy_template("Choose two different companies."),
    "group_grounds_missing": lazy_template("Write the grounds: what shows it, and where it can be seen."),
    "group_same_group": lazy_template("These companies are in one group already."),
    "group_other_group": lazy_template("These companies are in separate groups already."),
    "group_question_open": lazy_template("A question about these companies waits for its decision already."),
    "group_question_settled": lazy_template("This question is settled, or has been answered already."),
    "group_answer_missing": lazy_template("Write your answer."),
    "hearing_open": lazy_template("The company may answer until %(until)s. Decide after that, or when it has answered."),
    "no_programme": lazy_template("There is no published programme that the decision could stand on."),
    "round_odd": lazy_template("Write the lottery's own number of the draw, a whole number above zero."),
}
