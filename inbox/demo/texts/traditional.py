"""Traditional Chinese tickets."""

from inbox.demo.story import Opinion, Story, Wording, agent, customer

STORIES = (
    Story(
        key="hant-parcel",
        language="zh-hant",
        team="shipping",
        tags=("delivery",),
        priority="normal",
        subjects=("請問包裹到哪裡了？", "訂單 {order} 物流沒有更新"),
        turns=(
            customer(
                "訂單 {order} 的物流停了五天，{carrier} 的電話一直打不通。可以幫忙查一下目前的進度嗎？",
                "單號 {tracking} 從{ordered}之後就沒有紀錄了，週末要出國，想穿這雙 {shoe}，麻煩您了。",
            ),
            agent(
                "已經幫您聯絡 {carrier}：包裹先前被分到其他路線，今天已轉往{city}，預計{soon}送達。當天早上我會再主"
                "動確認，您不用再寫信來問。"
            ),
            customer(
                "今天收到了，謝謝你們這麼用心！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(5, "客服很主動，真的很貼心。"),
            Opinion(4),
        ),
    ),
    Story(
        key="hant-exchange",
        language="zh-hant",
        team="shipping",
        tags=("exchange", "size"),
        priority="normal",
        subjects=("尺寸太小，想換大一號", "{size} 號換 {bigger} 號"),
        turns=(
            customer(
                "{shoe} 很好看，但 {size} 號前面頂到腳趾，想換 {bigger} 號。只在家裡試穿過，運費要自付嗎？",
                "平常都穿 {size} 號，這雙好像偏小。訂單 {order}，請問可以換大一號嗎？",
            ),
            agent(
                "可以換，來回運費都由我們負擔。{bigger} 號已經先幫您保留一雙。您希望現在就寄出，還是等舊鞋寄回後再寄？"
            ),
            customer("麻煩現在寄出，謝謝！"),
            agent("新鞋今天寄出，預計{soon}送到。舊鞋放回原本的盒子即可，退貨說明在新包裹裡。"),
        ),
        opinions=(
            Opinion(5, "換貨快速又免運費。"),
            Opinion(4),
        ),
    ),
    Story(
        key="hant-invoice",
        language="zh-hant",
        team="shipping",
        tags=("invoice",),
        priority="low",
        subjects=("需要公司統一編號的收據",),
        turns=(
            customer("公司替同事訂了幾雙 {shoe}，會計需要有公司名稱與統一編號的收據，訂單 {order} 可以補開嗎？"),
            agent("沒問題，請提供公司全名、地址和統一編號，一小時內把 PDF 寄給您。"),
            customer("山海設計有限公司，{city}市民生東路 5 號，統編 24536806。"),
            agent(
                Wording(
                    "收據已開好，請見附件。資料也存進您的帳戶，下次會自動帶入。",
                    files=("invoice.pdf",),
                ),
            ),
        ),
        opinions=(Opinion(5, "效率很高。"),),
    ),
    Story(
        key="hant-sole",
        language="zh-hant",
        team="shipping",
        tags=("warranty",),
        priority="normal",
        subjects=("鞋底脫落可以保固嗎？",),
        turns=(
            customer(
                Wording(
                    "夏天買的 Fjell Trail，上星期爬山時右腳鞋底整片翹起來，照片在附件。這樣在保固範圍內嗎？",
                    files=("photo-sole.png",),
                ),
                Wording(
                    "才穿四個月，鞋跟就開膠了，平常只是通勤。請問可以維修嗎？",
                    files=("photo-sole.png",),
                ),
            ),
            agent(
                "這不是正常磨損，是膠沒有黏牢，屬於兩年保固。可以換一雙新的，或由我們的師傅重新黏合加固，大約十天。"
                "您想選哪一種？"
            ),
            customer("請幫我維修就好，鞋子已經穿得很合腳了。"),
            agent("好的，維修袋已經寄給您，郵資已付。師傅收到後會再通知您。"),
        ),
        opinions=(
            Opinion(5, "願意修而不是叫人買新的，很棒。"),
            Opinion(4),
        ),
    ),
    Story(
        key="hant-store",
        language="zh-hant",
        team="shipping",
        tags=("stores",),
        priority="low",
        subjects=("奧斯陸門市營業時間",),
        turns=(
            customer(
                "下個月會到奧斯陸，請問門市星期日有開嗎？想試穿 {shoe}。",
                "請問{city}有沒有可以試穿的店？沒有的話，奧斯陸門市要預約嗎？",
            ),
            agent(
                "奧斯陸門市在 Markveien，週一到週五 10 點到 19 點，週六 10 點到 18 點，週日公休，不用預約。{shoe} "
                "的 {size} 號和 {bigger} 號我請同事幫您留在櫃檯。"
            ),
            customer("太貼心了，到時候見！"),
        ),
        opinions=(
            Opinion(5),
            Opinion(5, "還幫忙留鞋，好感動。"),
        ),
    ),
    Story(
        key="hant-customs",
        language="zh-hant",
        team="shipping",
        tags=("customs", "delivery"),
        priority="normal",
        subjects=("海關通知要補文件",),
        turns=(
            customer(
                "收到通知說包裹 {tracking} 卡在海關，需要發票。請問可以提供嗎？只有五天時間。",
                "快遞員說要先付 {fee} 的關稅，可是網站寫已含稅，這樣正常嗎？",
            ),
            agent(
                Wording(
                    (
                        "您不需要付款，關稅由我們負擔。報關發票在附件，同樣的文件也已寄給 {carrier} 的報關部門。等"
                        "他們確認後，我會馬上通知您。"
                    ),
                    files=("customs-invoice.pdf",),
                ),
                waits_for_others=True,
            ),
            agent(
                "海關今早已放行，預計{soon}送達。",
                wait=(24, 60),
            ),
            customer(
                "收到了，沒有再被收費，謝謝！",
                wait=(46, 90),
            ),
        ),
        opinions=(Opinion(5, "報關的事都幫我處理好了。"),),
    ),
    Story(
        key="hant-address",
        language="zh-hant",
        team="shipping",
        tags=("address", "delivery"),
        priority="urgent",
        subjects=("地址填錯了，請先不要出貨",),
        turns=(
            customer("剛剛下單的 {order} 寄到舊家了，麻煩改成{city}市民族路 21 號 7 樓，還來得及嗎？"),
            agent("來得及，訂單 {order} 還在包裝檯上，地址已更正，新的標籤我親自核對過，今晚就會寄出。"),
            customer("太好了，謝謝！"),
        ),
        opinions=(Opinion(5, "二十分鐘就改好了。"),),
    ),
    Story(
        key="hant-refund",
        language="zh-hant",
        team="shipping",
        tags=("refund", "returns"),
        priority="normal",
        subjects=("請問退款什麼時候會入帳？",),
        turns=(
            customer(
                "{shoe} 已經寄回兩個禮拜，物流顯示你們簽收了，但信用卡還沒看到退款。訂單 {order}。",
                "收到「退貨已受理」的信之後就沒有消息了，請問退款 {price} 大概要多久？",
            ),
            agent(
                "包裹確實收到了，但裡面少了訂單單據，所以一直放在旁邊。我用單號找到了，已經把 {price} 退回原本的卡"
                "片，銀行約三個工作天入帳。"
            ),
            customer(
                "入帳了，謝謝您！",
                wait=(46, 90),
            ),
        ),
        opinions=(
            Opinion(4),
            Opinion(3, "希望不用自己來問。"),
        ),
    ),
    Story(
        key="hant-label-printer",
        language="zh-hant",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("退貨標籤一定要自己列印嗎？", "沒有印表機要怎麼退貨？"),
        turns=(
            customer(
                (
                    "想退訂單 {order}，網站要我自己列印退貨標籤，可是家裡沒有印表機，超商的機器又讀不到檔案。還有其"
                    "他方式嗎？"
                ),
                "退貨標籤是 PDF，要自己印。我只有手機，請問可以直接給我條碼嗎？",
            ),
            agent(
                "真的很抱歉造成不便，目前標籤還是需要列印。超商或影印店可以印一張，費用請把收據傳給我，會跟退款一起"
                "退給您。"
            ),
            customer("印了兩次才成功，跑了兩家超商。"),
        ),
        opinions=(
            Opinion(1, "退貨還要自己印標籤，跑了兩家超商才印出來。"),
            Opinion(2, "客服人很好，但自己列印標籤很不方便。"),
        ),
        label_era="before",
    ),
    Story(
        key="hant-label-qr",
        language="zh-hant",
        team="shipping",
        tags=("label", "returns"),
        priority="normal",
        subjects=("退貨可以不用列印了嗎？",),
        turns=(
            customer(
                "上次退貨為了印標籤跑了兩家超商，這次想退 {shoe}（訂單 {order}），還是一樣嗎？",
                "看到網站說可以用 QR code 退貨，不用印表機，請問怎麼做？",
            ),
            agent(
                Wording(
                    (
                        "現在不用列印了！您的專屬 QR code 就在信件下方，到任何 {carrier} 據點出示手機，對方會印好標"
                        "籤幫您貼上。"
                    ),
                    files=("return-code.png",),
                ),
            ),
            customer(
                "兩分鐘就完成，比上次輕鬆多了！",
                wait=(4, 30),
            ),
        ),
        opinions=(
            Opinion(5, "手機出示就好，不用再印標籤了！"),
            Opinion(4, "比以前自己列印方便很多。"),
        ),
        label_era="after",
    ),
)
