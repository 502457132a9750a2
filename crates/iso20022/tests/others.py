"""Messages that another library writes: the Python package pyiso20022 on xsdata.

Usage: others.py again VERSION=FILE...   reads each file and writes it anew as FILE.again
       others.py make FOLDER             makes messages of its own, field by field
"""

import importlib
import sys
from decimal import Decimal
from pathlib import Path

from xsdata.formats.dataclass.parsers import XmlParser
from xsdata.formats.dataclass.serializers import XmlSerializer
from xsdata.formats.dataclass.serializers.config import SerializerConfig
from xsdata.models.datatype import XmlDate, XmlDateTime


def module(version):
    area = version.split(".")[0]
    return importlib.import_module(f"pyiso20022.{area}.{version.replace('.', '_')}")


def text_of(document, version, prefix):
    serializer = XmlSerializer(config=SerializerConfig(indent=None))
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{version}"
    return serializer.render(document, ns_map={prefix: namespace})


def again(version, path):
    document = XmlParser().parse(path, module(version).Document)
    Path(path + ".again").write_text(text_of(document, version, "n"), encoding="utf-8")


def agent(m, bic, name=None):
    return m.BranchAndFinancialInstitutionIdentification6(
        fin_instn_id=m.FinancialInstitutionIdentification18(bicfi=bic, nm=name)
    )


def account(m, number, kind):
    other = m.GenericAccountIdentification1(id=number)
    return kind(id=m.AccountIdentification4Choice(othr=other), ccy="JPY")


def money(kind, currency, value):
    return kind(value=Decimal(value), ccy=currency)


def payment():
    m = module("pacs.008.001.09")
    contact = m.Contact4(nm="Srey Mom", email_adr="nobody@example.org")
    payer = m.PartyIdentification135(
        nm="ស្រីមុំ & Co.",
        pstl_adr=m.PostalAddress24(
            dept="Desk", twn_nm="Phnom Penh", ctry="KH", adr_line=["Street 240", "Floor 2"]
        ),
        id=m.Party38Choice(
            prvt_id=m.PersonIdentification13(
                othr=[
                    m.GenericPersonIdentification1(
                        id="C-1",
                        schme_nm=m.PersonIdentificationSchemeName1Choice(cd="CUST"),
                        issr="simulated",
                    )
                ]
            )
        ),
        ctry_of_res="KH",
        ctct_dtls=contact,
    )
    one = m.CreditTransferTransaction43(
        pmt_id=m.PaymentIdentification13(
            instr_id="I-1",
            end_to_end_id="E-1",
            tx_id="T-1",
            uetr="8a562c67-ca16-48ba-b074-65581be6f001",
        ),
        pmt_tp_inf=m.PaymentTypeInformation28(instr_prty=m.Priority2Code.HIGH),
        intr_bk_sttlm_amt=money(m.ActiveCurrencyAndAmount, "USD", "20.10"),
        intr_bk_sttlm_dt=XmlDate(2026, 6, 30),
        accptnc_dt_tm=XmlDateTime(2026, 6, 30, 8, 30, 0, 250_000_000, 420),
        instd_amt=money(m.ActiveOrHistoricCurrencyAndAmount, "JPY", "3000"),
        xchg_rate=Decimal("149.2537"),
        chrg_br=m.ChargeBearerType1Code.SHAR,
        chrgs_inf=[
            m.Charges7(
                amt=money(m.ActiveOrHistoricCurrencyAndAmount, "USD", "0.10"),
                agt=agent(m, "SIMAKHPP"),
            )
        ],
        ultmt_dbtr=m.PartyIdentification135(nm="Somebody else"),
        dbtr=payer,
        dbtr_agt=agent(m, "SIMAKHPP", "Simulated A"),
        cdtr_agt=agent(m, "SIMNJPJT001"),
        cdtr=m.PartyIdentification135(nm="カフェ空"),
        cdtr_acct=account(m, "12345", m.CashAccount38),
        instr_for_nxt_agt=[m.InstructionForNextAgent1(instr_inf="call")],
        purp=m.Purpose2Choice(prtry="COFFEE"),
        rmt_inf=m.RemittanceInformation16(
            ustrd=["two", "coffees"],
            strd=[
                m.StructuredRemittanceInformation16(
                    cdtr_ref_inf=m.CreditorReferenceInformation2(ref="B-7")
                )
            ],
        ),
    )
    header = m.GroupHeader93(
        msg_id="M-1",
        cre_dt_tm=XmlDateTime(2026, 6, 30, 1, 30, 0),
        nb_of_txs="1",
        ctrl_sum=Decimal("20.1"),
        sttlm_inf=m.SettlementInstruction7(sttlm_mtd=m.SettlementMethod1Code.CLRG),
    )
    body = m.FitoFicustomerCreditTransferV09(grp_hdr=header, cdt_trf_tx_inf=[one])
    return m.Document(fito_ficstmr_cdt_trf=body)


def balance(m, kind, value):
    return m.CashBalance8(
        tp=m.BalanceType13(cd_or_prtry=m.BalanceType10Choice(cd=kind)),
        amt=money(m.ActiveOrHistoricCurrencyAndAmount, "JPY", value),
        cdt_dbt_ind=m.CreditDebitCode.CRDT,
        dt=m.DateAndDateTime2Choice(dt=XmlDate(2026, 6, 30)),
        avlbty=[
            m.CashAvailability1(
                dt=m.CashAvailabilityDate1Choice(nb_of_days="1"),
                amt=money(m.ActiveOrHistoricCurrencyAndAmount, "JPY", "1"),
                cdt_dbt_ind=m.CreditDebitCode.CRDT,
            )
        ],
    )


def statement():
    m = module("camt.053.001.08")
    code = m.BankTransactionCodeStructure4(
        domn=m.BankTransactionCodeStructure5(
            cd="PMNT", fmly=m.BankTransactionCodeStructure6(cd="RCDT", sub_fmly_cd="ACOR")
        )
    )
    details = m.EntryTransaction10(
        refs=m.TransactionReferences6(
            end_to_end_id="E-1", uetr="8a562c67-ca16-48ba-b074-65581be6f001", chq_nb="none"
        ),
        amt=money(m.ActiveOrHistoricCurrencyAndAmount, "JPY", "2585.00"),
        cdt_dbt_ind=m.CreditDebitCode.CRDT,
        rltd_pties=m.TransactionParties6(
            dbtr=m.Party40Choice(pty=m.PartyIdentification135(nm="空"))
        ),
        rmt_inf=m.RemittanceInformation16(ustrd=["window 1"]),
    )
    entry = m.ReportEntry10(
        ntry_ref="1",
        amt=money(m.ActiveOrHistoricCurrencyAndAmount, "JPY", "2585"),
        cdt_dbt_ind=m.CreditDebitCode.CRDT,
        rvsl_ind=False,
        sts=m.EntryStatus1Choice(cd="BOOK"),
        bookg_dt=m.DateAndDateTime2Choice(dt_tm=XmlDateTime(2026, 6, 30, 16, 0, 0, 0, 540)),
        val_dt=m.DateAndDateTime2Choice(dt=XmlDate(2026, 7, 1)),
        acct_svcr_ref="SB-1",
        bk_tx_cd=code,
        chrgs=m.Charges6(
            ttl_chrgs_and_tax_amt=money(m.ActiveOrHistoricCurrencyAndAmount, "JPY", "0")
        ),
        ntry_dtls=[
            m.EntryDetails9(btch=m.BatchInformation2(nb_of_txs="1"), tx_dtls=[details]),
            m.EntryDetails9(tx_dtls=[m.EntryTransaction10(addtl_tx_inf="second")]),
        ],
    )
    one = m.AccountStatement9(
        id="S-1",
        elctrnc_seq_nb=Decimal(7),
        lgl_seq_nb=Decimal(8),
        acct=account(m, "12345", m.CashAccount39),
        intrst=[m.AccountInterest4(rsn="none")],
        bal=[balance(m, "OPBD", "100"), balance(m, "CLBD", "2685")],
        txs_summry=m.TotalTransactions6(
            ttl_ntries=m.NumberAndSumOfTransactions4(nb_of_ntries="1", sum=Decimal("2585.0"))
        ),
        ntry=[entry],
        addtl_stmt_inf="nothing else",
    )
    header = m.GroupHeader81(msg_id="M-2", cre_dt_tm=XmlDateTime(2026, 6, 30, 16, 0, 0))
    body = m.BankToCustomerStatementV08(grp_hdr=header, stmt=[one])
    return m.Document(bk_to_cstmr_stmt=body)


def order():
    m = module("pain.001.001.05")
    bank = m.BranchAndFinancialInstitutionIdentification5(
        fin_instn_id=m.FinancialInstitutionIdentification8(bicfi="SIMAKHPP")
    )
    one = m.CreditTransferTransaction6(
        pmt_id=m.PaymentIdentification1(end_to_end_id="E-1"),
        amt=m.AmountType3Choice(
            instd_amt=money(m.ActiveOrHistoricCurrencyAndAmount, "KHR", "120000.00")
        ),
        cdtr=m.PartyIdentification43(nm="សុខា"),
        cdtr_acct=account(m, "000111", m.CashAccount24),
    )
    group = m.PaymentInstruction9(
        pmt_inf_id="G-1",
        pmt_mtd=m.PaymentMethod3Code.TRF,
        reqd_exctn_dt=XmlDate(2026, 7, 1),
        dbtr=m.PartyIdentification43(nm="Payer"),
        dbtr_acct=account(m, "222", m.CashAccount24),
        dbtr_agt=bank,
        cdt_trf_tx_inf=[one],
    )
    header = m.GroupHeader48(
        msg_id="M-3",
        cre_dt_tm=XmlDateTime(2026, 6, 30, 16, 0, 0),
        nb_of_txs="1",
        initg_pty=m.PartyIdentification43(nm="Payer"),
    )
    body = m.CustomerCreditTransferInitiationV05(grp_hdr=header, pmt_inf=[group])
    return m.Document(cstmr_cdt_trf_initn=body)


def make(folder):
    made = {"pacs.008.001.09": payment, "camt.053.001.08": statement, "pain.001.001.05": order}
    for version, maker in made.items():
        text = text_of(maker(), version, None)
        (Path(folder) / f"{version}.xml").write_text(text, encoding="utf-8")


def main(what, *arguments):
    if what == "again":
        for argument in arguments:
            again(*argument.split("=", 1))
    else:
        make(*arguments)


main(*sys.argv[1:])
