package provider_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/StackOneHQ/terraform-provider-stackone/internal/stackone/stackonetest"
)

// An account is gone only after two such responses.
func TestAccountResource_goneTwice(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	p := h.protocol(t, "stackone_account")
	state := p.apply(nil, map[string]any{"account_id": h.newAccount(), "deletion_policy": "delete"})

	for _, status := range []int{http.StatusNotFound, http.StatusGone} {
		fault := stackonetest.Fault{Status: status, ContentType: "application/json", Body: fmt.Sprintf(`{"statusCode": %d, "message": "Not found"}`, status)}

		h.Script(fault)

		if read, diags := p.tryRead(state); !read.Equal(state) || len(diags) > 0 {
			t.Errorf("%d once: %s, %v", status, read, texts(diags))
		}

		h.Script(fault, fault)

		if read, diags := p.tryRead(state); !read.IsNull() || summaries(diags) != "The linked account is gone" {
			t.Errorf("%d twice: %s, %v", status, read, texts(diags))
		}

		h.Script(fault)

		if diags := p.delete(state); len(diags) > 0 {
			t.Errorf("deleting with %d: %v", status, texts(diags))
		}
	}
}

// A temporary 404 in the refresh does not make a destroy forget the account.
func TestAccountResource_destroyWithTemporary404(t *testing.T) {
	t.Parallel()

	h := newHarness(t)
	id := h.newAccount()
	a := h.attach(t, deleting("acme", id))
	a.apply()

	h.Script(stackonetest.Fault{Status: http.StatusNotFound, ContentType: "application/json", Body: `{"statusCode": 404, "message": "Not found"}`})
	a.terraform("destroy", "-auto-approve", "-no-color")
	a.deleted(h, id)
}
