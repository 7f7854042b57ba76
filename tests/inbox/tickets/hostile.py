"""Mails that try to run, fetch, submit, imitate or escape, as seen in the wild and in lists of such tricks."""

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a>"
    "<animate onbegin=alert(1) /><image href=https://x.example/a /></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><foreignObject><iframe src=https://x.example></iframe>"
    "</foreignObject><use href='data:image/svg+xml,x'/></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<math><annotation-xml encoding='text/html'><style><a title='</style><img src onerror=alert(1)>'>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp><noembed><img src=https://x.example></noembed>",
    "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea><plaintext><script>alert(1)</script>",
    "<select><template><style><!--</style><a rel='--></style></template></select><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>--><!--[if mso]><img src=https://x.example/a onload=alert(1)><![endif]-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]><?xml version='1.0'?><!ENTITY x SYSTEM 'https://x.example'>",
    "<template shadowrootmode=open><script>alert(1)</script></template><slot name=a></slot>",
    "<a href='java\nscript:alert(1)'>x</a><a href='\x01javascript:alert(1)'>x"
    "</a><a href=' &#x6A;avascript&colon;alert(1)'>x</a>",
    "<a href='vbscript:x'>x</a><a href='data:text/html,<script>alert(1)</script>'>x</a><a href='blob:https://x'>x</a>",
    "<a href='j\u200bavascript:alert(1)' onfocus=alert(1) autofocus tabindex=1 accesskey=x ping=https://x.example>x"
    "</a>",
    "<iframe src='https://x.example' srcdoc='<script>alert(1)"
    "</script>'></iframe><frameset><frame src=https://x.example>",
    "<object data='https://x.example/a'><embed src='https://x.example/b'>"
    "</object><applet code=https://x.example></applet>",
    "<form action='https://x.example'><input name=q autofocus>"
    "<button formaction=/x>go</button></form><isindex action=/x>",
    "<input type=image src=https://x.example/a.png>"
    "<keygen autofocus onfocus=alert(1)><marquee onstart=alert(1)>x</marquee>",
    "<style>@import 'https://x.example/a.css'; body{background:url(https://x.example)} @font-face{src:url(//x.example)}"
    "</style>",
    "<style>p{position:fixed;background:url(https://x.example/b)} a{content:url(https://x.example/c)}</style><p>x</p>",
    "<link rel=stylesheet href=https://x.example/a.css>"
    "<link rel=prefetch href=//x.example><link rel=dns-prefetch href=//x.example>",
    "<meta http-equiv=refresh content='0;url=https://x.example'><meta name=referrer content=unsafe-url>",
    "<div style='background:url(https://x.example/a.png)'>x</div>"
    "<p style='background-image:image-set(\"//x.example/a\" 1x)'>x</p>",
    "<div style='background-color:u\\72l(https://x.example/a.png)'>x"
    "</div><p style='color:red;/**/background:url(//x.example)'>x</p>",
    "<div style='list-style:url(//x.example/a);cursor:url(//x.example/b),auto;border-image:url(//x.example/c)'>x</div>",
    "<div style='width:expression(alert(1));behavior:url(#x);-moz-binding:url(//x.example)'>x</div>",
    "<div style='position:fixed;top:0;left:0;z-index:9;margin-top:-900px;transform:scale(9)'>x</div>",
    "<table background='https://x.example/a.png'><tr>"
    "<td background='//x.example/b' style='margin-left:-99px'>x</td></tr></table>",
    "<live-stream hx-get='/x' data-url='https://x.example' id=a name=b class=c is=d slot=e part=f>x</live-stream>",
    "<p hx-post='/tickets/1/spam/' hx-trigger=load id=composer class=toast data-x=1 onclick='x()'>x</p>",
    "<video poster='https://x.example/a.png'><source src='https://x.example/a.mp4'>"
    "</video><audio src=https://x.example autoplay>",
    "<img srcset='https://x.example/a.png 2x' src='data:image/svg+xml;base64,PHN2Zz4='><img src='data:text/html,x'>",
    "<picture><source srcset='https://x.example/a.webp'>"
    "<img src='https://x.example/a.png' lowsrc=//x.example dynsrc=//x.example></picture>",
    "<base href='https://x.example/'><a href='/steal'>x</a><img src='a.png'><img src='/messages/1/frame/?images=1'>",
    "<img src='//x.example/a.png'><img src='\\\\x.example\\a'>"
    "<img src='http:x.example/a'><img src=' https://x.example/a'>",
    "<img usemap='#m' src='cid:gone'><map name=m><area href='javascript:alert(1)'></map>",
    "<details open ontoggle=alert(1)><summary>x</summary>y</details><dialog open>x</dialog><p popover id=x>y</p>",
    "<body onload=alert(1) background='https://x.example/a.png' style='background:url(//x.example)'>x</body>",
    "<bdo dir=rtl>x</bdo><p>\u202egpj.exe</p>",
]
