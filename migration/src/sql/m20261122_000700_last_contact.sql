-- When somebody last recorded a contact: the team's worklist asks it of every steward.
CREATE INDEX contact_by_actor ON contact (organization_id, actor_id, recorded_at);
