"""Who may see and do what: the policy file, the person who looks, and the limits put on every question.

Knows no Streamlit and no store; accounts are in lingting/store, questions in dashboards/data, work in lingting/work.
"""

from lingting.rights.limits import Forbidden, limited, may_read, reads_customers
from lingting.rights.policy import Role, may, policy
from lingting.rights.rows import Clause
from lingting.rights.viewer import Viewer

__all__ = ["Clause", "Forbidden", "Role", "Viewer", "limited", "may", "may_read", "policy", "reads_customers"]
