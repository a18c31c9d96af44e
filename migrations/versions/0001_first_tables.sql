-- The first tables, as they were when this history began, and below them their fences. Written once from the models;
-- a later change is a migration of its own.

CREATE TABLE organiser (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name JSONB NOT NULL,
    kind TEXT NOT NULL,
    business_id TEXT NOT NULL,
    e_invoice_address TEXT NOT NULL,
    contact TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    address TEXT NOT NULL,
    municipalities TEXT[] NOT NULL,
    tail_days BIGINT DEFAULT 30 NOT NULL,
    objection_working_days BIGINT DEFAULT 10 NOT NULL,
    answer_working_days BIGINT DEFAULT 2 NOT NULL,
    debtor_iban TEXT NOT NULL,
    demonstration BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_organiser PRIMARY KEY (id),
    CONSTRAINT ck_organiser_code CHECK (code ~ '^[a-z0-9-]{1,64}$'),
    CONSTRAINT uq_organiser_code UNIQUE (code)
);

CREATE TABLE account (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    email TEXT,
    name TEXT NOT NULL,
    phone TEXT,
    password_hash TEXT,
    language TEXT DEFAULT 'fi' NOT NULL,
    demonstration BOOLEAN DEFAULT false NOT NULL,
    session_no BIGINT DEFAULT 0 NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_account PRIMARY KEY (id),
    CONSTRAINT ck_account_email_lower CHECK (email = lower(email)),
    CONSTRAINT uq_account_email UNIQUE (email)
);

CREATE TABLE login_attempt (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    who TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_login_attempt PRIMARY KEY (id)
);

CREATE INDEX ix_login_attempt_who_at ON login_attempt (who, at);

CREATE TABLE control_group (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    CONSTRAINT pk_control_group PRIMARY KEY (id),
    CONSTRAINT ck_control_group_code CHECK (code ~ '^[a-z0-9-]{1,64}$'),
    CONSTRAINT uq_control_group_code UNIQUE (code)
);

CREATE TABLE client (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    identity_code BYTEA NOT NULL,
    identity_index BYTEA NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    birth_date DATE NOT NULL,
    municipality TEXT NOT NULL,
    language TEXT NOT NULL,
    address TEXT NOT NULL,
    protected_address BOOLEAN DEFAULT false NOT NULL,
    phone TEXT,
    email TEXT,
    unemployed_since DATE NOT NULL,
    benefit_days BIGINT NOT NULL,
    caseworker_id BIGINT,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_on DATE,
    end_reason TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_client PRIMARY KEY (id),
    CONSTRAINT uq_client_organiser_id_identity_index UNIQUE (organiser_id, identity_index),
    CONSTRAINT ck_client_index_is_keyed CHECK (octet_length(identity_index) = 32),
    CONSTRAINT fk_client_caseworker_id FOREIGN KEY(caseworker_id) REFERENCES account (id),
    CONSTRAINT fk_client_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_client_organiser_id ON client (organiser_id);

CREATE TABLE counter (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    series TEXT NOT NULL,
    last BIGINT DEFAULT 0 NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_counter PRIMARY KEY (id),
    CONSTRAINT uq_counter_organiser_id_series UNIQUE (organiser_id, series),
    CONSTRAINT fk_counter_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_counter_organiser_id ON counter (organiser_id);

CREATE TABLE payment_batch (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    pay_on DATE NOT NULL,
    made_by BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    approved_by BIGINT,
    approved_at TIMESTAMP WITH TIME ZONE,
    sent_at TIMESTAMP WITH TIME ZONE,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_payment_batch PRIMARY KEY (id),
    CONSTRAINT uq_payment_batch_organiser_id_number UNIQUE (organiser_id, number),
    CONSTRAINT ck_payment_batch_four_eyes CHECK (approved_by <> made_by),
    CONSTRAINT fk_payment_batch_made_by FOREIGN KEY(made_by) REFERENCES account (id),
    CONSTRAINT fk_payment_batch_approved_by FOREIGN KEY(approved_by) REFERENCES account (id),
    CONSTRAINT fk_payment_batch_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_payment_batch_organiser_id ON payment_batch (organiser_id);

CREATE TABLE job (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organiser_id BIGINT,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    payload JSONB NOT NULL,
    run_at TIMESTAMP WITH TIME ZONE NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    locked_until TIMESTAMP WITH TIME ZONE,
    done_at TIMESTAMP WITH TIME ZONE,
    failed_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    CONSTRAINT pk_job PRIMARY KEY (id),
    CONSTRAINT fk_job_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id),
    CONSTRAINT uq_job_key UNIQUE (key)
);

CREATE INDEX ix_job_waiting ON job (run_at) WHERE done_at is null and failed_at is null;

CREATE TABLE once (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT,
    verb TEXT NOT NULL,
    key TEXT NOT NULL,
    result JSONB NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_once PRIMARY KEY (id),
    CONSTRAINT uq_once_account_id_verb_key UNIQUE NULLS NOT DISTINCT (account_id, verb, key),
    CONSTRAINT fk_once_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE TABLE invitation (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    purpose TEXT NOT NULL,
    code_hash TEXT NOT NULL,
    account_id BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    used_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_invitation PRIMARY KEY (id),
    CONSTRAINT uq_invitation_code_hash UNIQUE (code_hash),
    CONSTRAINT fk_invitation_account_id FOREIGN KEY(account_id) REFERENCES account (id)
);

CREATE INDEX ix_invitation_account_id ON invitation (account_id);

CREATE TABLE declared_interest (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    control_group_id BIGINT NOT NULL,
    since DATE NOT NULL,
    CONSTRAINT pk_declared_interest PRIMARY KEY (id),
    CONSTRAINT fk_declared_interest_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_declared_interest_control_group_id FOREIGN KEY(control_group_id) REFERENCES control_group (id)
);

CREATE INDEX ix_declared_interest_account_id ON declared_interest (account_id);

CREATE TABLE programme (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name JSONB NOT NULL,
    legal_basis JSONB NOT NULL,
    board_decision TEXT NOT NULL,
    appeal_route TEXT NOT NULL,
    appeal_body JSONB NOT NULL,
    information_contact TEXT NOT NULL,
    cost_centre TEXT NOT NULL,
    bonus_reserved_at TEXT NOT NULL,
    need_categories TEXT[] NOT NULL,
    state TEXT NOT NULL,
    made_by BIGINT NOT NULL,
    published_by BIGINT,
    published_at TIMESTAMP WITH TIME ZONE,
    return_reason TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_programme PRIMARY KEY (id),
    CONSTRAINT uq_programme_organiser_id_code UNIQUE (organiser_id, code),
    CONSTRAINT ck_programme_four_eyes CHECK (published_by <> made_by),
    CONSTRAINT ck_programme_published_by_someone CHECK ((state = 'published') = (published_by is not null)),
    CONSTRAINT ck_programme_legal_basis CHECK (legal_basis ->> 'fi' <> ''),
    CONSTRAINT fk_programme_made_by FOREIGN KEY(made_by) REFERENCES account (id),
    CONSTRAINT fk_programme_published_by FOREIGN KEY(published_by) REFERENCES account (id),
    CONSTRAINT fk_programme_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_programme_organiser_id ON programme (organiser_id);

CREATE TABLE area (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    name JSONB NOT NULL,
    municipalities TEXT[] NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_area PRIMARY KEY (id),
    CONSTRAINT uq_area_organiser_id_code UNIQUE (organiser_id, code),
    CONSTRAINT ck_area_code CHECK (code ~ '^[a-z0-9-]{1,64}$'),
    CONSTRAINT fk_area_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_area_organiser_id ON area (organiser_id);

CREATE TABLE provider (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    business_id TEXT NOT NULL,
    unit TEXT NOT NULL,
    control_group_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    legal_form TEXT NOT NULL,
    vat_registered BOOLEAN NOT NULL,
    iban TEXT NOT NULL,
    e_invoice_address TEXT,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    own_words TEXT DEFAULT '' NOT NULL,
    way_of_work TEXT DEFAULT 'individual' NOT NULL,
    registered_at TIMESTAMP WITH TIME ZONE NOT NULL,
    demonstration BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_provider PRIMARY KEY (id),
    CONSTRAINT ck_provider_unit CHECK (unit ~ '^[a-z0-9-]{1,64}$'),
    CONSTRAINT ck_provider_own_words_length CHECK (length(own_words) <= 300),
    CONSTRAINT uq_provider_business_id UNIQUE (business_id),
    CONSTRAINT uq_provider_unit UNIQUE (unit),
    CONSTRAINT fk_provider_control_group_id FOREIGN KEY(control_group_id) REFERENCES control_group (id)
);

CREATE TABLE rulebook_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    body JSONB NOT NULL,
    published_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by BIGINT NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_rulebook_version PRIMARY KEY (id),
    CONSTRAINT uq_rulebook_version_organiser_id_number UNIQUE (organiser_id, number),
    CONSTRAINT fk_rulebook_version_published_by FOREIGN KEY(published_by) REFERENCES account (id),
    CONSTRAINT fk_rulebook_version_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_rulebook_version_organiser_id ON rulebook_version (organiser_id);

CREATE TABLE audit_event (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organiser_id BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id BIGINT,
    client_ids BIGINT[] NOT NULL,
    reason TEXT NOT NULL,
    details JSONB NOT NULL,
    CONSTRAINT pk_audit_event PRIMARY KEY (id),
    CONSTRAINT fk_audit_event_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id),
    CONSTRAINT fk_audit_event_actor_id FOREIGN KEY(actor_id) REFERENCES account (id)
);

CREATE INDEX ix_audit_event_subject ON audit_event (organiser_id, subject, subject_id);

CREATE INDEX ix_audit_event_clients ON audit_event USING gin (client_ids);

CREATE TABLE audit_block (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organiser_id BIGINT,
    number BIGINT NOT NULL,
    rows BIGINT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL,
    sealed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_audit_block PRIMARY KEY (id),
    CONSTRAINT uq_audit_block_organiser_id_number UNIQUE NULLS NOT DISTINCT (organiser_id, number),
    CONSTRAINT fk_audit_block_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE TABLE order_log_line (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    seq BIGINT NOT NULL,
    type TEXT NOT NULL,
    day DATE,
    line TEXT NOT NULL,
    hash TEXT NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_order_log_line PRIMARY KEY (id),
    CONSTRAINT uq_order_log_line_organiser_id_seq UNIQUE (organiser_id, seq),
    CONSTRAINT fk_order_log_line_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_order_log_line_day ON order_log_line (organiser_id, type, day);

CREATE INDEX ix_order_log_line_organiser_id ON order_log_line (organiser_id);

CREATE TABLE order_log_head (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    list_seq BIGINT NOT NULL,
    day DATE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_order_log_head PRIMARY KEY (id),
    CONSTRAINT uq_order_log_head_organiser_id UNIQUE (organiser_id),
    CONSTRAINT fk_order_log_head_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_order_log_head_organiser_id ON order_log_head (organiser_id);

CREATE TABLE order_key (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    day DATE NOT NULL,
    sealed_key BYTEA NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_order_key PRIMARY KEY (id),
    CONSTRAINT uq_order_key_organiser_id_day UNIQUE (organiser_id, day),
    CONSTRAINT fk_order_key_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_order_key_organiser_id ON order_key (organiser_id);

CREATE TABLE registry_line (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    seq BIGINT NOT NULL,
    unit TEXT NOT NULL,
    group_code TEXT NOT NULL,
    service TEXT NOT NULL,
    area TEXT NOT NULL,
    offered BOOLEAN NOT NULL,
    approved BOOLEAN NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_registry_line PRIMARY KEY (id),
    CONSTRAINT uq_registry_line_organiser_id_seq_service_area UNIQUE (organiser_id, seq, service, area),
    CONSTRAINT ck_registry_line_approved_is_offered CHECK (offered or not approved),
    CONSTRAINT fk_registry_line_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_registry_line_unit ON registry_line (organiser_id, unit, seq);

CREATE INDEX ix_registry_line_pair ON registry_line (organiser_id, service, area, seq);

CREATE INDEX ix_registry_line_organiser_id ON registry_line (organiser_id);

CREATE TABLE offer_list (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    list_seq BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    day DATE NOT NULL,
    service TEXT NOT NULL,
    area TEXT NOT NULL,
    voucher_id BIGINT NOT NULL,
    units TEXT[] NOT NULL,
    groups TEXT[] NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_offer_list PRIMARY KEY (id),
    CONSTRAINT uq_offer_list_organiser_id_list_seq UNIQUE (organiser_id, list_seq),
    CONSTRAINT fk_offer_list_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_offer_list_voucher_id ON offer_list (voucher_id);

CREATE INDEX ix_offer_list_organiser_id ON offer_list (organiser_id);

CREATE TABLE decision (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    kind TEXT NOT NULL,
    maker_id BIGINT NOT NULL,
    maker TEXT NOT NULL,
    client_id BIGINT,
    provider_id BIGINT,
    amends_id BIGINT,
    outcome TEXT NOT NULL,
    legal_basis TEXT NOT NULL,
    reasons TEXT NOT NULL,
    information_contact TEXT NOT NULL,
    appeal_instruction TEXT NOT NULL,
    appeal_days BIGINT NOT NULL,
    language TEXT NOT NULL,
    document TEXT NOT NULL,
    document_sha256 TEXT NOT NULL,
    made_on DATE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_decision PRIMARY KEY (id),
    CONSTRAINT uq_decision_organiser_id_number UNIQUE (organiser_id, number),
    CONSTRAINT ck_decision_one_party CHECK ((client_id is null) <> (provider_id is null)),
    CONSTRAINT ck_decision_maker CHECK (length(trim(maker)) > 0),
    CONSTRAINT ck_decision_legal_basis CHECK (length(trim(legal_basis)) > 0),
    CONSTRAINT ck_decision_reasons CHECK (length(trim(reasons)) > 0),
    CONSTRAINT ck_decision_information_contact CHECK (length(trim(information_contact)) > 0),
    CONSTRAINT ck_decision_appeal_instruction CHECK (length(trim(appeal_instruction)) > 0),
    CONSTRAINT ck_decision_document CHECK (length(trim(document)) > 0),
    CONSTRAINT fk_decision_maker_id FOREIGN KEY(maker_id) REFERENCES account (id),
    CONSTRAINT fk_decision_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_decision_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_decision_amends_id FOREIGN KEY(amends_id) REFERENCES decision (id),
    CONSTRAINT fk_decision_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_decision_client_id ON decision (client_id);

CREATE INDEX ix_decision_provider_id ON decision (provider_id);

CREATE INDEX ix_decision_organiser_id ON decision (organiser_id);

CREATE TABLE invoice (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    provider_id BIGINT NOT NULL,
    month DATE NOT NULL,
    sent_by BIGINT NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE NOT NULL,
    total_cents BIGINT NOT NULL,
    iban TEXT NOT NULL,
    reference TEXT NOT NULL,
    due_on DATE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_invoice PRIMARY KEY (id),
    CONSTRAINT uq_invoice_organiser_id_number UNIQUE (organiser_id, number),
    CONSTRAINT fk_invoice_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_invoice_sent_by FOREIGN KEY(sent_by) REFERENCES account (id),
    CONSTRAINT fk_invoice_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_invoice_organiser_id ON invoice (organiser_id);

CREATE INDEX ix_invoice_provider_id ON invoice (provider_id);

CREATE TABLE payment (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    batch_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    payee TEXT NOT NULL,
    iban TEXT NOT NULL,
    reference TEXT NOT NULL,
    lines_cents BIGINT NOT NULL,
    netted_cents BIGINT DEFAULT 0 NOT NULL,
    amount_cents BIGINT NOT NULL,
    state TEXT NOT NULL,
    confirmed_on DATE,
    confirmation TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_payment PRIMARY KEY (id),
    CONSTRAINT ck_payment_sum CHECK (amount_cents = lines_cents - netted_cents and amount_cents >= 0),
    CONSTRAINT fk_payment_batch_id FOREIGN KEY(batch_id) REFERENCES payment_batch (id),
    CONSTRAINT fk_payment_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_payment_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_payment_batch_id ON payment (batch_id);

CREATE INDEX ix_payment_provider_id ON payment (provider_id);

CREATE INDEX ix_payment_organiser_id ON payment (organiser_id);

CREATE TABLE membership (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    account_id BIGINT NOT NULL,
    role TEXT NOT NULL,
    organiser_id BIGINT,
    provider_id BIGINT,
    client_id BIGINT,
    since TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_membership PRIMARY KEY (id),
    CONSTRAINT uq_membership_account_id_role_organiser_id_provider_id__a7c5 UNIQUE NULLS NOT DISTINCT (account_id, role, organiser_id, provider_id, client_id),
    CONSTRAINT ck_membership_provider_has_company CHECK ((role like 'provider%%') = (provider_id is not null)),
    CONSTRAINT ck_membership_client_is_client CHECK ((role = 'client') = (client_id is not null)),
    CONSTRAINT fk_membership_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_membership_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id),
    CONSTRAINT fk_membership_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_membership_client_id FOREIGN KEY(client_id) REFERENCES client (id)
);

CREATE INDEX ix_membership_client_id ON membership (client_id);

CREATE INDEX ix_membership_account_id ON membership (account_id);

CREATE INDEX ix_membership_provider_id ON membership (provider_id);

CREATE TABLE budget (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    programme_id BIGINT NOT NULL,
    year BIGINT NOT NULL,
    free_cents BIGINT DEFAULT 0 NOT NULL,
    carry_over_decision TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_budget PRIMARY KEY (id),
    CONSTRAINT uq_budget_organiser_id_programme_id_year UNIQUE (organiser_id, programme_id, year),
    CONSTRAINT ck_budget_never_overdrawn CHECK (free_cents >= 0),
    CONSTRAINT fk_budget_programme_id FOREIGN KEY(programme_id) REFERENCES programme (id),
    CONSTRAINT fk_budget_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_budget_organiser_id ON budget (organiser_id);

CREATE TABLE service_package (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    programme_id BIGINT NOT NULL,
    code TEXT NOT NULL,
    name JSONB NOT NULL,
    card JSONB NOT NULL,
    unit TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_service_package PRIMARY KEY (id),
    CONSTRAINT uq_service_package_organiser_id_code UNIQUE (organiser_id, code),
    CONSTRAINT ck_service_package_code CHECK (code ~ '^[a-z0-9-]{1,64}$'),
    CONSTRAINT fk_service_package_programme_id FOREIGN KEY(programme_id) REFERENCES programme (id),
    CONSTRAINT fk_service_package_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_service_package_programme_id ON service_package (programme_id);

CREATE INDEX ix_service_package_organiser_id ON service_package (organiser_id);

CREATE TABLE site (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    provider_id BIGINT NOT NULL,
    name TEXT NOT NULL,
    street TEXT NOT NULL,
    municipality TEXT NOT NULL,
    languages TEXT[] NOT NULL,
    accessible TEXT NOT NULL,
    closed_on DATE,
    CONSTRAINT pk_site PRIMARY KEY (id),
    CONSTRAINT fk_site_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id)
);

CREATE INDEX ix_site_provider_id ON site (provider_id);

CREATE TABLE rulebook_acceptance (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    provider_id BIGINT NOT NULL,
    rulebook_version_id BIGINT NOT NULL,
    account_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_rulebook_acceptance PRIMARY KEY (id),
    CONSTRAINT uq_rulebook_acceptance_organiser_id_provider_id_ruleboo_d341 UNIQUE (organiser_id, provider_id, rulebook_version_id),
    CONSTRAINT fk_rulebook_acceptance_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_rulebook_acceptance_rulebook_version_id FOREIGN KEY(rulebook_version_id) REFERENCES rulebook_version (id),
    CONSTRAINT fk_rulebook_acceptance_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_rulebook_acceptance_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_rulebook_acceptance_organiser_id ON rulebook_acceptance (organiser_id);

CREATE TABLE audit_seal (
    event_id BIGINT NOT NULL,
    organiser_id BIGINT,
    block_id BIGINT NOT NULL,
    place BIGINT NOT NULL,
    CONSTRAINT pk_audit_seal PRIMARY KEY (event_id),
    CONSTRAINT uq_audit_seal_block_id_place UNIQUE (block_id, place),
    CONSTRAINT fk_audit_seal_event_id FOREIGN KEY(event_id) REFERENCES audit_event (id),
    CONSTRAINT fk_audit_seal_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id),
    CONSTRAINT fk_audit_seal_block_id FOREIGN KEY(block_id) REFERENCES audit_block (id)
);

CREATE INDEX ix_audit_seal_block_id ON audit_seal (block_id);

CREATE TABLE need (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    client_id BIGINT NOT NULL,
    package_id BIGINT NOT NULL,
    category TEXT NOT NULL,
    tier BIGINT NOT NULL,
    goal TEXT NOT NULL,
    assessed_on DATE NOT NULL,
    caseworker_id BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_need PRIMARY KEY (id),
    CONSTRAINT ck_need_tier CHECK (tier between 1 and 3),
    CONSTRAINT fk_need_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_need_package_id FOREIGN KEY(package_id) REFERENCES service_package (id),
    CONSTRAINT fk_need_caseworker_id FOREIGN KEY(caseworker_id) REFERENCES account (id),
    CONSTRAINT fk_need_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_need_organiser_id ON need (organiser_id);

CREATE INDEX ix_need_client_id ON need (client_id);

CREATE TABLE delivery (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    decision_id BIGINT NOT NULL,
    channel TEXT NOT NULL,
    sent_on DATE NOT NULL,
    evidence TEXT NOT NULL,
    recorded_by BIGINT,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_delivery PRIMARY KEY (id),
    CONSTRAINT fk_delivery_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id),
    CONSTRAINT fk_delivery_recorded_by FOREIGN KEY(recorded_by) REFERENCES account (id),
    CONSTRAINT fk_delivery_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_delivery_organiser_id ON delivery (organiser_id);

CREATE INDEX ix_delivery_decision_id ON delivery (decision_id);

CREATE TABLE message (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    organiser_id BIGINT,
    key TEXT NOT NULL,
    channel TEXT NOT NULL,
    account_id BIGINT,
    recipient TEXT NOT NULL,
    language TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sealed_code BYTEA,
    decision_id BIGINT,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT DEFAULT 'waiting' NOT NULL,
    attempts BIGINT DEFAULT 0 NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    sent_at TIMESTAMP WITH TIME ZONE,
    last_error TEXT,
    CONSTRAINT pk_message PRIMARY KEY (id),
    CONSTRAINT fk_message_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id),
    CONSTRAINT uq_message_key UNIQUE (key),
    CONSTRAINT fk_message_account_id FOREIGN KEY(account_id) REFERENCES account (id),
    CONSTRAINT fk_message_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id)
);

CREATE INDEX ix_message_organiser ON message (organiser_id, channel, state);

CREATE INDEX ix_message_waiting ON message (next_at) WHERE state = 'waiting';

CREATE INDEX ix_message_account_id ON message (account_id);

CREATE TABLE terms_version (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    package_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    valid_from DATE NOT NULL,
    price_cents BIGINT NOT NULL,
    units_hundredths BIGINT NOT NULL,
    validity_days BIGINT NOT NULL,
    event_rules JSONB NOT NULL,
    bonus_rule JSONB NOT NULL,
    board_decision TEXT NOT NULL,
    state TEXT NOT NULL,
    made_by BIGINT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    published_by BIGINT,
    published_at TIMESTAMP WITH TIME ZONE,
    return_reason TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_terms_version PRIMARY KEY (id),
    CONSTRAINT uq_terms_version_package_id_number UNIQUE (package_id, number),
    CONSTRAINT uq_terms_version_package_id_valid_from UNIQUE (package_id, valid_from),
    CONSTRAINT ck_terms_version_four_eyes CHECK (published_by <> made_by),
    CONSTRAINT ck_terms_version_published_by_someone CHECK ((state = 'published') = (published_by is not null)),
    CONSTRAINT ck_terms_version_positive CHECK (price_cents > 0 and units_hundredths > 0 and validity_days > 0),
    CONSTRAINT fk_terms_version_package_id FOREIGN KEY(package_id) REFERENCES service_package (id),
    CONSTRAINT fk_terms_version_made_by FOREIGN KEY(made_by) REFERENCES account (id),
    CONSTRAINT fk_terms_version_published_by FOREIGN KEY(published_by) REFERENCES account (id),
    CONSTRAINT fk_terms_version_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_terms_version_organiser_id ON terms_version (organiser_id);

CREATE TABLE application (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    provider_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    rulebook_version_id BIGINT,
    made_at TIMESTAMP WITH TIME ZONE NOT NULL,
    submitted_at TIMESTAMP WITH TIME ZONE,
    question TEXT,
    answer TEXT,
    decision_id BIGINT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_application PRIMARY KEY (id),
    CONSTRAINT fk_application_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_application_rulebook_version_id FOREIGN KEY(rulebook_version_id) REFERENCES rulebook_version (id),
    CONSTRAINT fk_application_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id),
    CONSTRAINT fk_application_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_application_organiser_id ON application (organiser_id);

CREATE INDEX ix_application_provider_id ON application (provider_id);

CREATE TABLE approval (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    provider_id BIGINT NOT NULL,
    package_id BIGINT NOT NULL,
    area_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    valid_from DATE NOT NULL,
    ended_on DATE,
    decision_id BIGINT,
    paused BOOLEAN DEFAULT false NOT NULL,
    free_places BIGINT,
    next_start DATE,
    places_as_of DATE,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_approval PRIMARY KEY (id),
    CONSTRAINT uq_approval_organiser_id_provider_id_package_id_area_id UNIQUE (organiser_id, provider_id, package_id, area_id),
    CONSTRAINT ck_approval_free_places CHECK (free_places >= 0),
    CONSTRAINT fk_approval_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_approval_package_id FOREIGN KEY(package_id) REFERENCES service_package (id),
    CONSTRAINT fk_approval_area_id FOREIGN KEY(area_id) REFERENCES area (id),
    CONSTRAINT fk_approval_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id),
    CONSTRAINT fk_approval_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_approval_provider_id ON approval (provider_id);

CREATE INDEX ix_approval_organiser_id ON approval (organiser_id);

CREATE INDEX ix_approval_pair ON approval (organiser_id, package_id, area_id, state);

CREATE TABLE measurement (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    client_id BIGINT NOT NULL,
    need_id BIGINT NOT NULL,
    moment TEXT NOT NULL,
    instrument TEXT NOT NULL,
    instrument_version TEXT NOT NULL,
    score_hundredths BIGINT,
    declined BOOLEAN NOT NULL,
    measured_on DATE NOT NULL,
    measured_by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_measurement PRIMARY KEY (id),
    CONSTRAINT ck_measurement_score_or_declined CHECK (declined = (score_hundredths is null)),
    CONSTRAINT uq_measurement_need_id_moment UNIQUE (need_id, moment),
    CONSTRAINT fk_measurement_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_measurement_need_id FOREIGN KEY(need_id) REFERENCES need (id),
    CONSTRAINT fk_measurement_measured_by FOREIGN KEY(measured_by) REFERENCES account (id),
    CONSTRAINT fk_measurement_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_measurement_organiser_id ON measurement (organiser_id);

CREATE INDEX ix_measurement_client_id ON measurement (client_id);

CREATE TABLE application_item (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    application_id BIGINT NOT NULL,
    package_id BIGINT NOT NULL,
    area_id BIGINT NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_application_item PRIMARY KEY (id),
    CONSTRAINT uq_application_item_application_id_package_id_area_id UNIQUE (application_id, package_id, area_id),
    CONSTRAINT fk_application_item_application_id FOREIGN KEY(application_id) REFERENCES application (id),
    CONSTRAINT fk_application_item_package_id FOREIGN KEY(package_id) REFERENCES service_package (id),
    CONSTRAINT fk_application_item_area_id FOREIGN KEY(area_id) REFERENCES area (id),
    CONSTRAINT fk_application_item_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_application_item_application_id ON application_item (application_id);

CREATE INDEX ix_application_item_organiser_id ON application_item (organiser_id);

CREATE TABLE approval_move (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    approval_id BIGINT NOT NULL,
    move TEXT NOT NULL,
    day DATE NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    reason TEXT NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_approval_move PRIMARY KEY (id),
    CONSTRAINT fk_approval_move_approval_id FOREIGN KEY(approval_id) REFERENCES approval (id),
    CONSTRAINT fk_approval_move_actor_id FOREIGN KEY(actor_id) REFERENCES account (id),
    CONSTRAINT fk_approval_move_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_approval_move_approval_id ON approval_move (approval_id);

CREATE INDEX ix_approval_move_organiser_id ON approval_move (organiser_id);

CREATE TABLE voucher (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    number TEXT NOT NULL,
    client_id BIGINT NOT NULL,
    need_id BIGINT NOT NULL,
    decision_id BIGINT NOT NULL,
    programme_id BIGINT NOT NULL,
    package_id BIGINT NOT NULL,
    area_id BIGINT NOT NULL,
    terms_id BIGINT NOT NULL,
    snapshot JSONB NOT NULL,
    municipality TEXT NOT NULL,
    caseworker_id BIGINT NOT NULL,
    list_seq BIGINT NOT NULL,
    state TEXT NOT NULL,
    valid_from DATE NOT NULL,
    valid_to DATE NOT NULL,
    ended_on DATE,
    tail_to DATE,
    had_provider BOOLEAN DEFAULT false NOT NULL,
    provider_id BIGINT,
    choice_id BIGINT,
    units_left_hundredths BIGINT NOT NULL,
    reserved_service_cents BIGINT NOT NULL,
    reserved_bonus_cents BIGINT NOT NULL,
    reserved_year BIGINT NOT NULL,
    granted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_voucher PRIMARY KEY (id),
    CONSTRAINT uq_voucher_organiser_id_number UNIQUE (organiser_id, number),
    CONSTRAINT uq_voucher_organiser_id_list_seq UNIQUE (organiser_id, list_seq),
    CONSTRAINT ck_voucher_units_left CHECK (units_left_hundredths >= 0),
    CONSTRAINT ck_voucher_never_overdrawn CHECK (reserved_service_cents >= 0 and reserved_bonus_cents >= 0),
    CONSTRAINT ck_voucher_validity CHECK (valid_to >= valid_from),
    CONSTRAINT fk_voucher_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_voucher_need_id FOREIGN KEY(need_id) REFERENCES need (id),
    CONSTRAINT fk_voucher_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id),
    CONSTRAINT fk_voucher_programme_id FOREIGN KEY(programme_id) REFERENCES programme (id),
    CONSTRAINT fk_voucher_package_id FOREIGN KEY(package_id) REFERENCES service_package (id),
    CONSTRAINT fk_voucher_area_id FOREIGN KEY(area_id) REFERENCES area (id),
    CONSTRAINT fk_voucher_terms_id FOREIGN KEY(terms_id) REFERENCES terms_version (id),
    CONSTRAINT fk_voucher_caseworker_id FOREIGN KEY(caseworker_id) REFERENCES account (id),
    CONSTRAINT fk_voucher_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_voucher_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_voucher_provider ON voucher (organiser_id, provider_id, state);

CREATE INDEX ix_voucher_caseworker ON voucher (organiser_id, caseworker_id, state);

CREATE INDEX ix_voucher_state ON voucher (organiser_id, state, valid_to);

CREATE INDEX ix_voucher_client_id ON voucher (client_id);

CREATE INDEX ix_voucher_organiser_id ON voucher (organiser_id);

CREATE TABLE outcome (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    voucher_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    employer TEXT NOT NULL,
    employer_business_id TEXT,
    contract TEXT NOT NULL,
    subsidised BOOLEAN NOT NULL,
    starts_on DATE NOT NULL,
    ends_on DATE,
    weekly_hours_hundredths BIGINT NOT NULL,
    state TEXT NOT NULL,
    reported_by BIGINT NOT NULL,
    reported_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settled_by BIGINT,
    settled_at TIMESTAMP WITH TIME ZONE,
    settle_reason TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_outcome PRIMARY KEY (id),
    CONSTRAINT ck_outcome_hours CHECK (weekly_hours_hundredths > 0),
    CONSTRAINT fk_outcome_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    CONSTRAINT fk_outcome_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_outcome_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_outcome_reported_by FOREIGN KEY(reported_by) REFERENCES account (id),
    CONSTRAINT fk_outcome_settled_by FOREIGN KEY(settled_by) REFERENCES account (id),
    CONSTRAINT fk_outcome_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_outcome_organiser_id ON outcome (organiser_id);

CREATE INDEX ix_outcome_provider_id ON outcome (provider_id);

CREATE INDEX ix_outcome_client_id ON outcome (client_id);

CREATE UNIQUE INDEX uq_outcome_one_living ON outcome (voucher_id) WHERE state in ('reported', 'verified');

CREATE INDEX ix_outcome_voucher_id ON outcome (voucher_id);

CREATE TABLE ledger_entry (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    key TEXT NOT NULL,
    recipe TEXT NOT NULL,
    day DATE NOT NULL,
    posted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    programme_id BIGINT NOT NULL,
    budget_year BIGINT NOT NULL,
    municipality TEXT,
    voucher_id BIGINT,
    provider_id BIGINT,
    cost_centre TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor_id BIGINT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_ledger_entry PRIMARY KEY (id),
    CONSTRAINT uq_ledger_entry_organiser_id_key UNIQUE (organiser_id, key),
    CONSTRAINT fk_ledger_entry_programme_id FOREIGN KEY(programme_id) REFERENCES programme (id),
    CONSTRAINT fk_ledger_entry_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    CONSTRAINT fk_ledger_entry_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_ledger_entry_actor_id FOREIGN KEY(actor_id) REFERENCES account (id),
    CONSTRAINT fk_ledger_entry_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_ledger_entry_budget ON ledger_entry (organiser_id, programme_id, budget_year);

CREATE INDEX ix_ledger_entry_voucher_id ON ledger_entry (voucher_id);

CREATE INDEX ix_ledger_entry_organiser_id ON ledger_entry (organiser_id);

CREATE TABLE voucher_move (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    voucher_id BIGINT NOT NULL,
    move TEXT NOT NULL,
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    role TEXT NOT NULL,
    reason TEXT DEFAULT '' NOT NULL,
    decision_id BIGINT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_voucher_move PRIMARY KEY (id),
    CONSTRAINT fk_voucher_move_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    CONSTRAINT fk_voucher_move_actor_id FOREIGN KEY(actor_id) REFERENCES account (id),
    CONSTRAINT fk_voucher_move_decision_id FOREIGN KEY(decision_id) REFERENCES decision (id),
    CONSTRAINT fk_voucher_move_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_voucher_move_voucher_id ON voucher_move (voucher_id);

CREATE INDEX ix_voucher_move_organiser_id ON voucher_move (organiser_id);

CREATE TABLE choice (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    voucher_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    approval_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    list_seq BIGINT NOT NULL,
    at_seq BIGINT NOT NULL,
    check_code TEXT NOT NULL,
    shown JSONB NOT NULL,
    channel TEXT NOT NULL,
    chosen_at TIMESTAMP WITH TIME ZONE NOT NULL,
    answered_at TIMESTAMP WITH TIME ZONE,
    answered_by BIGINT,
    decline_reason TEXT,
    start_on DATE,
    ended_at TIMESTAMP WITH TIME ZONE,
    end_reason TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_choice PRIMARY KEY (id),
    CONSTRAINT fk_choice_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    CONSTRAINT fk_choice_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_choice_approval_id FOREIGN KEY(approval_id) REFERENCES approval (id),
    CONSTRAINT fk_choice_answered_by FOREIGN KEY(answered_by) REFERENCES account (id),
    CONSTRAINT fk_choice_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_choice_voucher_id ON choice (voucher_id);

CREATE INDEX ix_choice_provider_id ON choice (provider_id);

CREATE INDEX ix_choice_organiser_id ON choice (organiser_id);

CREATE UNIQUE INDEX uq_choice_one_living ON choice (voucher_id) WHERE state in ('proposed', 'confirmed');

CREATE TABLE event (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    voucher_id BIGINT NOT NULL,
    choice_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    day DATE NOT NULL,
    quantity_hundredths BIGINT NOT NULL,
    units_used_hundredths BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL,
    budget_year BIGINT NOT NULL,
    note TEXT DEFAULT '' NOT NULL,
    coach_id BIGINT NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    state TEXT NOT NULL,
    reversed_at TIMESTAMP WITH TIME ZONE,
    reversed_by BIGINT,
    reverse_reason TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_event PRIMARY KEY (id),
    CONSTRAINT ck_event_sizes CHECK (quantity_hundredths > 0 and units_used_hundredths >= 0 and amount_cents >= 0),
    CONSTRAINT ck_event_reversal_has_reason CHECK ((state = 'reversed') = (reverse_reason is not null)),
    CONSTRAINT fk_event_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    CONSTRAINT fk_event_choice_id FOREIGN KEY(choice_id) REFERENCES choice (id),
    CONSTRAINT fk_event_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_event_coach_id FOREIGN KEY(coach_id) REFERENCES account (id),
    CONSTRAINT fk_event_reversed_by FOREIGN KEY(reversed_by) REFERENCES account (id),
    CONSTRAINT fk_event_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_event_organiser_id ON event (organiser_id);

CREATE INDEX ix_event_provider_day ON event (organiser_id, provider_id, day);

CREATE INDEX ix_event_voucher_day ON event (organiser_id, voucher_id, day);

CREATE TABLE evidence (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    outcome_id BIGINT NOT NULL,
    grade TEXT NOT NULL,
    description TEXT NOT NULL,
    seen_on DATE NOT NULL,
    covers_to DATE NOT NULL,
    recorded_by BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_evidence PRIMARY KEY (id),
    CONSTRAINT fk_evidence_outcome_id FOREIGN KEY(outcome_id) REFERENCES outcome (id),
    CONSTRAINT fk_evidence_recorded_by FOREIGN KEY(recorded_by) REFERENCES account (id),
    CONSTRAINT fk_evidence_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_evidence_outcome_id ON evidence (outcome_id);

CREATE INDEX ix_evidence_organiser_id ON evidence (organiser_id);

CREATE TABLE milestone (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    outcome_id BIGINT NOT NULL,
    voucher_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    due_on DATE NOT NULL,
    amount_cents BIGINT NOT NULL,
    state TEXT NOT NULL,
    settled_at TIMESTAMP WITH TIME ZONE,
    reason TEXT,
    budget_year BIGINT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_milestone PRIMARY KEY (id),
    CONSTRAINT uq_milestone_outcome_id_number UNIQUE (outcome_id, number),
    CONSTRAINT ck_milestone_amount CHECK (amount_cents > 0),
    CONSTRAINT fk_milestone_outcome_id FOREIGN KEY(outcome_id) REFERENCES outcome (id),
    CONSTRAINT fk_milestone_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    CONSTRAINT fk_milestone_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_milestone_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_milestone_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_milestone_outcome_id ON milestone (outcome_id);

CREATE INDEX ix_milestone_organiser_id ON milestone (organiser_id);

CREATE UNIQUE INDEX uq_milestone_once ON milestone (voucher_id, number) WHERE state in ('waiting', 'matured', 'billed');

CREATE TABLE ledger_line (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    entry_id BIGINT NOT NULL,
    account TEXT NOT NULL,
    cents BIGINT NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_ledger_line PRIMARY KEY (id),
    CONSTRAINT ck_ledger_line_not_zero CHECK (cents <> 0),
    CONSTRAINT fk_ledger_line_entry_id FOREIGN KEY(entry_id) REFERENCES ledger_entry (id),
    CONSTRAINT fk_ledger_line_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_ledger_line_entry_id ON ledger_line (entry_id);

CREATE INDEX ix_ledger_line_organiser_id ON ledger_line (organiser_id);

CREATE TABLE objection (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    event_id BIGINT NOT NULL,
    client_id BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    words TEXT NOT NULL,
    raised_at TIMESTAMP WITH TIME ZONE NOT NULL,
    settle_by DATE NOT NULL,
    answer TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    settled_at TIMESTAMP WITH TIME ZONE,
    settled_by BIGINT,
    settlement TEXT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_objection PRIMARY KEY (id),
    CONSTRAINT fk_objection_event_id FOREIGN KEY(event_id) REFERENCES event (id),
    CONSTRAINT fk_objection_client_id FOREIGN KEY(client_id) REFERENCES client (id),
    CONSTRAINT fk_objection_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_objection_settled_by FOREIGN KEY(settled_by) REFERENCES account (id),
    CONSTRAINT fk_objection_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_objection_event_id ON objection (event_id);

CREATE INDEX ix_objection_client_id ON objection (client_id);

CREATE INDEX ix_objection_organiser_id ON objection (organiser_id);

CREATE UNIQUE INDEX uq_objection_one_open ON objection (event_id) WHERE state in ('open', 'answered');

CREATE TABLE invoice_line (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    invoice_id BIGINT NOT NULL,
    number BIGINT NOT NULL,
    provider_id BIGINT NOT NULL,
    voucher_id BIGINT NOT NULL,
    event_id BIGINT,
    milestone_id BIGINT,
    day DATE NOT NULL,
    quantity_hundredths BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL,
    budget_year BIGINT NOT NULL,
    state TEXT NOT NULL,
    checks JSONB NOT NULL,
    return_code TEXT,
    return_reason TEXT,
    approved_by BIGINT,
    payment_id BIGINT,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_invoice_line PRIMARY KEY (id),
    CONSTRAINT uq_invoice_line_invoice_id_number UNIQUE (invoice_id, number),
    CONSTRAINT ck_invoice_line_one_source CHECK ((event_id is null) <> (milestone_id is null)),
    CONSTRAINT fk_invoice_line_invoice_id FOREIGN KEY(invoice_id) REFERENCES invoice (id),
    CONSTRAINT fk_invoice_line_provider_id FOREIGN KEY(provider_id) REFERENCES provider (id),
    CONSTRAINT fk_invoice_line_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id),
    CONSTRAINT fk_invoice_line_event_id FOREIGN KEY(event_id) REFERENCES event (id),
    CONSTRAINT fk_invoice_line_milestone_id FOREIGN KEY(milestone_id) REFERENCES milestone (id),
    CONSTRAINT fk_invoice_line_approved_by FOREIGN KEY(approved_by) REFERENCES account (id),
    CONSTRAINT fk_invoice_line_payment_id FOREIGN KEY(payment_id) REFERENCES payment (id),
    CONSTRAINT fk_invoice_line_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_invoice_line_payment_id ON invoice_line (payment_id);

CREATE INDEX ix_invoice_line_state ON invoice_line (organiser_id, state);

CREATE UNIQUE INDEX uq_invoice_line_event ON invoice_line (event_id) WHERE state <> 'returned';

CREATE INDEX ix_invoice_line_organiser_id ON invoice_line (organiser_id);

CREATE UNIQUE INDEX uq_invoice_line_milestone ON invoice_line (milestone_id) WHERE state <> 'returned';

CREATE TABLE line_move (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    line_id BIGINT NOT NULL,
    move TEXT NOT NULL,
    target TEXT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    actor_id BIGINT,
    reason TEXT DEFAULT '' NOT NULL,
    organiser_id BIGINT NOT NULL,
    CONSTRAINT pk_line_move PRIMARY KEY (id),
    CONSTRAINT fk_line_move_line_id FOREIGN KEY(line_id) REFERENCES invoice_line (id),
    CONSTRAINT fk_line_move_actor_id FOREIGN KEY(actor_id) REFERENCES account (id),
    CONSTRAINT fk_line_move_organiser_id FOREIGN KEY(organiser_id) REFERENCES organiser (id)
);

CREATE INDEX ix_line_move_line_id ON line_move (line_id);

CREATE INDEX ix_line_move_organiser_id ON line_move (organiser_id);

ALTER TABLE voucher ADD CONSTRAINT fk_voucher_choice_id FOREIGN KEY(choice_id) REFERENCES choice (id);

ALTER TABLE offer_list ADD CONSTRAINT fk_offer_list_voucher_id FOREIGN KEY(voucher_id) REFERENCES voucher (id);

do $$ begin
        if not exists (select from pg_roles where rolname = 'valinta_app') then
            create role valinta_app login nosuperuser nobypassrls nocreatedb nocreaterole;
        end if;
        if not pg_has_role(current_user, 'valinta_app', 'set') then
            execute format('grant valinta_app to %I', current_user);
        end if;
    end $$;

grant usage on schema public to valinta_app;

create or replace function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception '% is append-only: facts are added, never edited', tg_table_name
                using errcode = 'restrict_violation';
        end $$;

create or replace function ledger_entry_must_balance() returns trigger language plpgsql as $$
        declare total bigint;
        begin
            select sum(cents) into total from ledger_line where entry_id = new.entry_id;
            if total <> 0 then
                raise exception 'ledger entry % is out of balance by % cents', new.entry_id, total
                    using errcode = 'check_violation';
            end if;
            return null;
        end $$;

grant select, insert on "account" to valinta_app;

grant update ("email", "ended_at", "language", "name", "password_hash", "phone", "session_no") on "account" to valinta_app;

grant select, insert on "control_group" to valinta_app;

grant select, insert on "login_attempt" to valinta_app;

grant delete on "login_attempt" to valinta_app;

grant select, insert on "organiser" to valinta_app;

grant update ("address", "contact", "email", "phone") on "organiser" to valinta_app;

grant select, insert on "area" to valinta_app;

create trigger area_append_only before update or delete on "area" for each row execute function refuse_change();

create trigger area_no_truncate before truncate on "area" for each statement execute function refuse_change();

alter table "area" enable row level security;

create policy own_organiser on "area" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "audit_block" to valinta_app;

create trigger audit_block_append_only before update or delete on "audit_block" for each row execute function refuse_change();

create trigger audit_block_no_truncate before truncate on "audit_block" for each statement execute function refuse_change();

alter table "audit_block" enable row level security;

create policy own_organiser on "audit_block" using ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)) with check ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint));

grant select, insert on "audit_event" to valinta_app;

create trigger audit_event_append_only before update or delete on "audit_event" for each row execute function refuse_change();

create trigger audit_event_no_truncate before truncate on "audit_event" for each statement execute function refuse_change();

alter table "audit_event" enable row level security;

create policy own_organiser on "audit_event" using ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)) with check ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint));

grant select, insert on "client" to valinta_app;

grant update ("address", "benefit_days", "caseworker_id", "email", "end_reason", "ended_on", "first_name", "language", "last_name", "municipality", "phone", "protected_address", "unemployed_since") on "client" to valinta_app;

alter table "client" enable row level security;

create policy own_organiser on "client" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "counter" to valinta_app;

grant update ("last") on "counter" to valinta_app;

alter table "counter" enable row level security;

create policy own_organiser on "counter" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "declared_interest" to valinta_app;

create trigger declared_interest_append_only before update or delete on "declared_interest" for each row execute function refuse_change();

create trigger declared_interest_no_truncate before truncate on "declared_interest" for each statement execute function refuse_change();

grant select, insert on "invitation" to valinta_app;

grant update ("expires_at", "used_at") on "invitation" to valinta_app;

grant select, insert on "job" to valinta_app;

grant update ("attempts", "done_at", "failed_at", "last_error", "locked_until", "run_at") on "job" to valinta_app;

grant select, insert on "offer_list" to valinta_app;

create trigger offer_list_append_only before update or delete on "offer_list" for each row execute function refuse_change();

create trigger offer_list_no_truncate before truncate on "offer_list" for each statement execute function refuse_change();

alter table "offer_list" enable row level security;

create policy own_organiser on "offer_list" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "once" to valinta_app;

create trigger once_append_only before update or delete on "once" for each row execute function refuse_change();

create trigger once_no_truncate before truncate on "once" for each statement execute function refuse_change();

grant select, insert on "order_key" to valinta_app;

create trigger order_key_append_only before update or delete on "order_key" for each row execute function refuse_change();

create trigger order_key_no_truncate before truncate on "order_key" for each statement execute function refuse_change();

alter table "order_key" enable row level security;

create policy own_organiser on "order_key" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "order_log_head" to valinta_app;

grant update ("day", "hash", "list_seq", "seq") on "order_log_head" to valinta_app;

alter table "order_log_head" enable row level security;

create policy own_organiser on "order_log_head" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "order_log_line" to valinta_app;

create trigger order_log_line_append_only before update or delete on "order_log_line" for each row execute function refuse_change();

create trigger order_log_line_no_truncate before truncate on "order_log_line" for each statement execute function refuse_change();

alter table "order_log_line" enable row level security;

create policy own_organiser on "order_log_line" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "payment_batch" to valinta_app;

grant update ("approved_at", "approved_by", "sent_at", "state") on "payment_batch" to valinta_app;

alter table "payment_batch" enable row level security;

create policy own_organiser on "payment_batch" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "programme" to valinta_app;

grant update ("appeal_body", "appeal_route", "board_decision", "bonus_reserved_at", "cost_centre", "information_contact", "legal_basis", "name", "need_categories", "published_at", "published_by", "return_reason", "state") on "programme" to valinta_app;

alter table "programme" enable row level security;

create policy own_organiser on "programme" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "provider" to valinta_app;

grant update ("control_group_id", "e_invoice_address", "email", "iban", "name", "own_words", "phone", "vat_registered", "way_of_work") on "provider" to valinta_app;

grant select, insert on "registry_line" to valinta_app;

create trigger registry_line_append_only before update or delete on "registry_line" for each row execute function refuse_change();

create trigger registry_line_no_truncate before truncate on "registry_line" for each statement execute function refuse_change();

alter table "registry_line" enable row level security;

create policy own_organiser on "registry_line" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "rulebook_version" to valinta_app;

create trigger rulebook_version_append_only before update or delete on "rulebook_version" for each row execute function refuse_change();

create trigger rulebook_version_no_truncate before truncate on "rulebook_version" for each statement execute function refuse_change();

alter table "rulebook_version" enable row level security;

create policy own_organiser on "rulebook_version" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "audit_seal" to valinta_app;

create trigger audit_seal_append_only before update or delete on "audit_seal" for each row execute function refuse_change();

create trigger audit_seal_no_truncate before truncate on "audit_seal" for each statement execute function refuse_change();

alter table "audit_seal" enable row level security;

create policy own_organiser on "audit_seal" using ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)) with check ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint));

grant select, insert on "budget" to valinta_app;

grant update ("carry_over_decision", "free_cents") on "budget" to valinta_app;

alter table "budget" enable row level security;

create policy own_organiser on "budget" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "decision" to valinta_app;

create trigger decision_append_only before update or delete on "decision" for each row execute function refuse_change();

create trigger decision_no_truncate before truncate on "decision" for each statement execute function refuse_change();

alter table "decision" enable row level security;

create policy own_organiser on "decision" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "invoice" to valinta_app;

create trigger invoice_append_only before update or delete on "invoice" for each row execute function refuse_change();

create trigger invoice_no_truncate before truncate on "invoice" for each statement execute function refuse_change();

alter table "invoice" enable row level security;

create policy own_organiser on "invoice" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "membership" to valinta_app;

grant update ("ended_at") on "membership" to valinta_app;

grant select, insert on "payment" to valinta_app;

grant update ("confirmation", "confirmed_on", "state") on "payment" to valinta_app;

alter table "payment" enable row level security;

create policy own_organiser on "payment" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "rulebook_acceptance" to valinta_app;

create trigger rulebook_acceptance_append_only before update or delete on "rulebook_acceptance" for each row execute function refuse_change();

create trigger rulebook_acceptance_no_truncate before truncate on "rulebook_acceptance" for each statement execute function refuse_change();

alter table "rulebook_acceptance" enable row level security;

create policy own_organiser on "rulebook_acceptance" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "service_package" to valinta_app;

grant update ("card", "name") on "service_package" to valinta_app;

alter table "service_package" enable row level security;

create policy own_organiser on "service_package" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "site" to valinta_app;

grant update ("accessible", "closed_on", "languages", "municipality", "name", "street") on "site" to valinta_app;

grant select, insert on "application" to valinta_app;

grant update ("answer", "decision_id", "question", "rulebook_version_id", "state", "submitted_at") on "application" to valinta_app;

alter table "application" enable row level security;

create policy own_organiser on "application" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "approval" to valinta_app;

grant update ("decision_id", "ended_on", "free_places", "next_start", "paused", "places_as_of", "state", "valid_from") on "approval" to valinta_app;

alter table "approval" enable row level security;

create policy own_organiser on "approval" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "delivery" to valinta_app;

create trigger delivery_append_only before update or delete on "delivery" for each row execute function refuse_change();

create trigger delivery_no_truncate before truncate on "delivery" for each statement execute function refuse_change();

alter table "delivery" enable row level security;

create policy own_organiser on "delivery" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "message" to valinta_app;

grant update ("attempts", "last_error", "next_at", "sealed_code", "sent_at", "state") on "message" to valinta_app;

alter table "message" enable row level security;

create policy own_organiser on "message" using ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)) with check ((organiser_id is null or organiser_id = nullif(current_setting('app.organiser', true), '')::bigint));

grant select, insert on "need" to valinta_app;

create trigger need_append_only before update or delete on "need" for each row execute function refuse_change();

create trigger need_no_truncate before truncate on "need" for each statement execute function refuse_change();

alter table "need" enable row level security;

create policy own_organiser on "need" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "terms_version" to valinta_app;

grant update ("board_decision", "bonus_rule", "event_rules", "price_cents", "published_at", "published_by", "return_reason", "state", "units_hundredths", "valid_from", "validity_days") on "terms_version" to valinta_app;

alter table "terms_version" enable row level security;

create policy own_organiser on "terms_version" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "application_item" to valinta_app;

grant delete on "application_item" to valinta_app;

alter table "application_item" enable row level security;

create policy own_organiser on "application_item" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "approval_move" to valinta_app;

create trigger approval_move_append_only before update or delete on "approval_move" for each row execute function refuse_change();

create trigger approval_move_no_truncate before truncate on "approval_move" for each statement execute function refuse_change();

alter table "approval_move" enable row level security;

create policy own_organiser on "approval_move" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "measurement" to valinta_app;

create trigger measurement_append_only before update or delete on "measurement" for each row execute function refuse_change();

create trigger measurement_no_truncate before truncate on "measurement" for each statement execute function refuse_change();

alter table "measurement" enable row level security;

create policy own_organiser on "measurement" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "voucher" to valinta_app;

grant update ("caseworker_id", "choice_id", "ended_on", "had_provider", "provider_id", "reserved_bonus_cents", "reserved_service_cents", "reserved_year", "state", "tail_to", "units_left_hundredths", "valid_to") on "voucher" to valinta_app;

alter table "voucher" enable row level security;

create policy own_organiser on "voucher" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "choice" to valinta_app;

grant update ("answered_at", "answered_by", "decline_reason", "end_reason", "ended_at", "start_on", "state") on "choice" to valinta_app;

alter table "choice" enable row level security;

create policy own_organiser on "choice" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "ledger_entry" to valinta_app;

create trigger ledger_entry_append_only before update or delete on "ledger_entry" for each row execute function refuse_change();

create trigger ledger_entry_no_truncate before truncate on "ledger_entry" for each statement execute function refuse_change();

alter table "ledger_entry" enable row level security;

create policy own_organiser on "ledger_entry" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "outcome" to valinta_app;

grant update ("ends_on", "settle_reason", "settled_at", "settled_by", "state") on "outcome" to valinta_app;

alter table "outcome" enable row level security;

create policy own_organiser on "outcome" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "voucher_move" to valinta_app;

create trigger voucher_move_append_only before update or delete on "voucher_move" for each row execute function refuse_change();

create trigger voucher_move_no_truncate before truncate on "voucher_move" for each statement execute function refuse_change();

alter table "voucher_move" enable row level security;

create policy own_organiser on "voucher_move" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "event" to valinta_app;

grant update ("reverse_reason", "reversed_at", "reversed_by", "state") on "event" to valinta_app;

alter table "event" enable row level security;

create policy own_organiser on "event" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "evidence" to valinta_app;

create trigger evidence_append_only before update or delete on "evidence" for each row execute function refuse_change();

create trigger evidence_no_truncate before truncate on "evidence" for each statement execute function refuse_change();

alter table "evidence" enable row level security;

create policy own_organiser on "evidence" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "ledger_line" to valinta_app;

create trigger ledger_line_append_only before update or delete on "ledger_line" for each row execute function refuse_change();

create trigger ledger_line_no_truncate before truncate on "ledger_line" for each statement execute function refuse_change();

alter table "ledger_line" enable row level security;

create policy own_organiser on "ledger_line" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "milestone" to valinta_app;

grant update ("budget_year", "reason", "settled_at", "state") on "milestone" to valinta_app;

alter table "milestone" enable row level security;

create policy own_organiser on "milestone" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "invoice_line" to valinta_app;

grant update ("approved_by", "payment_id", "return_code", "return_reason", "state") on "invoice_line" to valinta_app;

alter table "invoice_line" enable row level security;

create policy own_organiser on "invoice_line" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "objection" to valinta_app;

grant update ("answer", "answered_at", "settled_at", "settled_by", "settlement", "state") on "objection" to valinta_app;

alter table "objection" enable row level security;

create policy own_organiser on "objection" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

grant select, insert on "line_move" to valinta_app;

create trigger line_move_append_only before update or delete on "line_move" for each row execute function refuse_change();

create trigger line_move_no_truncate before truncate on "line_move" for each statement execute function refuse_change();

alter table "line_move" enable row level security;

create policy own_organiser on "line_move" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint);

create constraint trigger ledger_line_balanced after insert on ledger_line deferrable initially deferred for each row execute function ledger_entry_must_balance();
