"""The words of reported jobs: kinds of contract, and what a milestone asks."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "contract.permanent": lazy_gettext("Permanent"),
    "contract.fixed_term": lazy_gettext("Fixed-term"),
    "contract.apprenticeship": lazy_gettext("Apprenticeship contract"),
    "milestone_reason.not_yet": lazy_gettext("The days are not full yet"),
    "milestone_reason.not_shown": lazy_gettext("The days are full, but nothing shows yet that the job has lasted"),
    "milestone_reason.lasted": lazy_gettext("The job has lasted long enough"),
    "milestone_reason.started_outside_validity": lazy_gettext("The job did not start within the voucher's validity"),
    "milestone_reason.too_few_hours": lazy_gettext("The job has too few hours a week"),
    "milestone_reason.ended_before": lazy_gettext("The job ended before the days were full"),
    "milestone_reason.employer_changed": lazy_gettext("The employer changed, which the terms do not allow"),
    "milestone_reason.excluded_employer": lazy_gettext("The employer belongs to the provider's own group"),
    "milestone_reason.subsidised": lazy_gettext("A subsidised job does not count by the terms"),
}
