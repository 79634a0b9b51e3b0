"""The review queue: where people work what was scored. Store, log, desk rules, and the functions that a page calls.

Every function takes an open `Store` first and, where a person acts, an `Actor`; each is one transaction, and refuses
with `store.QueueRefused` (`faults`: sentences for a person; `missing`: it is not there). Moments are ISO text
in UTC, days ISO text. Words and titles of all closed lists: `words.words()`.

Store      store.open_store(home, db=None, clock=utc_now) -> Store; store.upgrade(home, db)
           log.verify(store, expected=None) -> Verified(events, head, fault, taken_out); log.head(store)
Arrive     incoming.enqueue(store, book, scored, known, model) -> Enqueued(orders, drawn)
           incoming.enqueue_parts(store, book, parts, known, model) -> Enqueued, of a file scored part by part
People     people.first_link(store) -> secret of the first administrator, None once there is one
           people.set_password(store, secret, password) -> name; people.log_in(store, name, password, address) -> secret
           people.opened(store, name, "proxy session") -> secret (for whom a proxy vouches)
           people.session(store, secret, vouched=None) -> Session(actor, csrf) | None
           people.log_out(store, secret); people.by_token(store, secret) -> Session | None
           people.new_token(store, actor, title, scopes, days) -> secret
           people.tokens(store, actor); people.revoke(store, actor, id)
           people.add(store, actor, name, role) -> secret of a link; people.change(store, actor, name, role=, active=)
           people.new_link(store, actor, name); people.people(store); people.RIGHTS; acts.can(actor, right)
See        cases.search(store, actor, Filter(...), limit=, offset=, sort=) -> (rows with "place", total)
           cases.read(store, actor, case_id, reveal=False) -> Shown
           cases.find(store, order_id) -> case_id; cases.frozen(store, actor, sha256) -> body of an earlier record
Take       taking.take_next(store, actor, queue="diversion") -> case_id | None; taking.lock(store, actor, case_id)
           taking.release(store, actor, case_id); taking.assign(store, actor, case_ids, to)
Act        acts.answer(store, actor, case_id, flag, word, note); acts.comment(store, actor, case_id, text)
           acts.decide(store, actor, case_id, desk.Decision(...), shown=seen) -> state
           acts.approve(store, actor, case_id, comment); acts.send_back(store, actor, case_id, note)
           acts.escalate(store, actor, case_id, level, why); acts.snooze(store, actor, case_id, reason, until, note)
           acts.reopen(store, actor, case_id, reason, why)
           pairs.settle(store, actor, case_id, entry_key, party, verdict, reason, until)
           bulk.preview_assign(store, actor, case_ids, to)
           bulk.preview(store, actor, case_ids, decision) and bulk.close(store, actor, case_ids, decision)
           attachments.attach(store, actor, case_id, name, content) -> sha256
           attachments.document(store, actor, file_id) -> Document(name, type, content)
           retention.note_day(store, actor, case_id, what, on); retention.hold(store, actor, case_id, on, why)
           retention.take_out(store, actor, case_id, why) after its five years; exports.kept(store, actor, today)
Settings   desk.LIMITS, desk.limits(connection), desk.set_limit(store, actor, name, value)
Out        metrics.metrics(store, actor) -> Metrics; exports.case_file(store, actor, case_id) -> HTML
           exports.export_log(store, actor, path, case_id=None); exports.export_decisions(store, actor, path)
           hand_back.hand_back(store, actor, to, secret) -> HandedBack(delivered, pending, fault)
           outcomes.outcomes(store, actor) -> Outcomes; imports.import_decisions(store, actor, path) -> Imported
"""
