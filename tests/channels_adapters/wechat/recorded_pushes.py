"""Pushes of WeChat: ours with everything in them or something wrong, and public recordings where they are."""

from __future__ import annotations

import json

from channels_adapters.contracts import Payload
from tests.corpora import corpora
from tests.networks.wechat import account, pushed, safe

__all__ = ["OURS", "SIGNED", "URL", "account", "recorded"]

URL = "https://shop.example/hooks/wechat/t0ken/"
MESSAGES = {
    "text": pushed("text", Content="我的包裹在哪里？"),
    "image": pushed("image", 2, PicUrl="http://mmbiz.qpic.cn/1", MediaId="MEDIA-IN"),
    "voice": pushed("voice", 3, MediaId="MEDIA-IN", Format="amr", Recognition="你好"),
    "video": pushed("video", 4, MediaId="MEDIA-IN", ThumbMediaId="T"),
    "location": pushed("location", 5, Location_X="23.13", Location_Y="113.35", Scale="20", Label="广州"),
    "link": pushed("link", 6, Title="Shop", Description="Parcels", Url="https://shop.example/"),
    "file": pushed("file", 7, Title="a.pdf", FileKey="k"),
    "menu": pushed("text", 8, Content="满意", bizmsgmenuid="survey.x.5"),
    "withheld": pushed("text", 9, Content="【收到不支持的消息类型，暂无法显示】"),
    "empty": pushed("image", 10),
}
EVENTS = {
    "subscribe": pushed("event", Event="subscribe", EventKey="qrscene_7", Ticket="T"),
    "unsubscribe": pushed("event", Event="unsubscribe", EventKey=""),
    "scan": pushed("event", Event="SCAN", EventKey="7", Ticket="T"),
    "click": pushed("event", Event="CLICK", EventKey="contact"),
    "view": pushed("event", Event="VIEW", EventKey="https://shop.example/"),
    "waits": pushed("event", Event="scancode_waitmsg", EventKey="6", ScanCodeInfo={"ScanResult": "parcel 42"}),
    "sent": pushed("event", Event="TEMPLATESENDJOBFINISH", MsgID="200163836", Status="success"),
    "refused": pushed("event", Event="TEMPLATESENDJOBFINISH", MsgID="200163837", Status="failed:user block"),
    "many": pushed("event", Event="MASSSENDJOBFINISH", MsgID="1000001625", Status="sendsuccess", TotalCount="9"),
    "notice": pushed(
        "event",
        Event="subscribe_msg_sent_event",
        SubscribeMsgSentEvent={"List": {"MsgID": "17001", "ErrorCode": "0", "ErrorStatus": "success"}},
    ),
    "thing": pushed("device_event", Event="bind", DeviceID="7"),
    "new": pushed("event", Event="teleported", Where="<moon>"),
}
WRONG = (
    b"<xml><MsgType>text</MsgType></xml>",
    b"<xml><FromUserName><a>1</a></FromUserName><MsgType>text</MsgType><Content><b/></Content></xml>",
    b'{"FromUserName": "o1", "MsgType": "text", "Content": "\\ud800\\u0000", "CreateTime": 99999999999999999}',
    b"<xml><FromUserName>o1</FromUserName><MsgType>event</MsgType><CreateTime>x</CreateTime></xml>",
    b"<xml><Encrypt>AAAA</Encrypt></xml>",
)
OURS = (*MESSAGES.values(), *EVENTS.values(), *WRONG)
SIGNED = safe(MESSAGES["text"], URL)


def recorded() -> dict[str, Payload]:
    """The public recordings by the name of their file."""
    files = sorted((corpora() / "webhooks/wechat").glob("*.json"))
    return {file.stem: Payload(json.loads(file.read_text())["body"].encode(), url=URL) for file in files}
