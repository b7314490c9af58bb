package stackonetest

// hubHTML is the template of the pages. The token is in a field of the form and in
// no address, so that the page after the button has none in its own.
const hubHTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}} – stand-in for StackOne</title>
<style>{{.Style}}</style>
</head>
<body>
<header>
<p><strong>This is a stand-in for StackOne.</strong> It runs on your machine, for trying things out. StackOne knows nothing of this page, and no real system is connected.</p>
</header>
<main>
<h1>{{.Title}}</h1>
{{with .Problem}}<p>{{.}}</p>
{{end}}{{with .Session}}<dl>
<dt>Customer</dt>
<dd>{{.Text "origin_owner_name"}}</dd>
<dt>Identifier</dt>
<dd><code>{{.Text "origin_owner_id"}}</code></dd>
{{with .Text "origin_username"}}<dt>Contact</dt>
<dd>{{.}}</dd>
{{end}}<dt>Valid until</dt>
{{with utc .ExpiresAt}}<dd><time datetime="{{.Format "2006-01-02T15:04:05Z07:00"}}">{{.Format "` + hubTime + `"}}</time></dd>{{end}}
</dl>
{{if $.Connectors}}<h2>Choose a system</h2>
<p>At StackOne the customer would sign in to the system now. Here, the button is enough.</p>
<form method="post" action="` + HubPath + `" autocomplete="off">
<input type="hidden" name="token" value="{{$.Token}}">
<ul>
{{range $.Connectors}}<li><button name="connector" value="{{.ConnectorKey}}">Connect {{.ConnectorLabel}}</button> <span><code>{{.ConnectorKey}}</code>{{with .Categories}} ({{join . ", "}}){{end}}</span></li>
{{end}}</ul>
</form>
{{else if .Text "account_id"}}<h2>The linked account is gone</h2>
<p>The session is for the linked account <code>{{.Text "account_id"}}</code>, which the stand-in does not have.</p>
{{else}}<h2>No system to choose</h2>
<p>No enabled connector profile fits what the session is limited to.</p>
{{end}}{{end}}{{with .Account}}<dl>
<dt>Linked account</dt>
<dd><code>{{.}}</code></dd>
</dl>
<h2>What to do next</h2>
<p>Run <code>terraform apply</code> again. A data source <code>stackone_accounts</code> in your configuration now finds this account.</p>
<p>To connect another system, go back in the browser.</p>
{{end}}</main>
</body>
</html>
`

// hubStyle is read in a window of any width from 320 pixels on. Every text has a
// contrast of at least 7 to 1.
const hubStyle = `
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: #1a1a1a; font: 1.0625rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
header { background: #fff3cd; color: #3d2c00; border-bottom: 2px solid #8a6100; }
header p, main { max-width: 40rem; margin: 0 auto; padding: 0.75rem 1rem; }
h1 { margin: 1rem 0; font-size: 1.5rem; line-height: 1.25; }
h2 { margin: 1.75rem 0 0.5rem; font-size: 1.1875rem; line-height: 1.25; }
p { margin: 0 0 0.75rem; }
header p { margin: 0 auto; }
dl { margin: 0; }
dt { color: #454545; font-size: 0.9375rem; }
dd { margin: 0 0 0.5rem; }
code { font: 0.9375em ui-monospace, monospace; }
ul { margin: 0; padding: 0; list-style: none; }
li { margin: 0 0 1rem; }
li span { color: #454545; font-size: 0.9375rem; }
button { display: block; width: 100%; min-height: 2.75rem; margin: 0 0 0.25rem; padding: 0.5rem 1rem; border: 0; border-radius: 0.375rem; background: #173f8a; color: #fff; font: inherit; font-weight: 600; overflow-wrap: anywhere; cursor: pointer; }
button:hover { background: #0d2a63; }
button:focus-visible { outline: 3px solid #173f8a; outline-offset: 3px; }
`
