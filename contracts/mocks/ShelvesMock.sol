// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

/// @title ShelvesMock
/// @notice Stands for any contract whose storage somebody wants to read: it keeps a variable of every kind that the
/// compiler lays out, and anybody may write each of them.
contract ShelvesMock is Multicall {
    type Price is uint64;
    type Tag is bytes4;

    enum Colour {
        Red,
        Green,
        Blue
    }

    struct Limits {
        uint64 lower;
        uint64 upper;
        address keeper;
    }

    struct Settings {
        uint32 delay;
        Limits limits;
        mapping(uint8 step => Price) prices;
    }

    struct Item {
        address who;
        uint96 weight;
        bytes32 mark;
        uint8[5] bits;
    }

    struct Account {
        uint128 amount;
        uint64 since;
        bool isActive;
        mapping(address friend => bool) allowed;
        uint256[] history;
        bytes note;
        Item item;
    }

    bytes32 private constant _FIXED_KEY = keccak256("FIXED_KEY");

    // One slot.
    address private _owner;
    uint48 private _count;
    bool private _isOpen;
    Colour private _colour;
    int24 private _signed;
    // Another one.
    Price private _price;
    Tag private _tag;

    Settings private _settings;
    mapping(address holder => uint256) private _balances;
    mapping(bytes32 group => mapping(uint256 number => Account)) private _accounts;
    mapping(Colour colour => mapping(int24 number => string)) private _names;
    mapping(string text => uint256) private _byText;
    mapping(bytes data => address) private _byBytes;
    mapping(Price price => mapping(bool side => Tag)) private _byPrice;
    mapping(bytes32 key => mapping(address holder => bool)) private _byFixedKey;
    mapping(address holder => Item[]) private _bags;
    uint16[] private _small;
    uint40[13] private _fixed;
    bool[40] private _flags;
    Item[] private _entries;
    Item[2][] private _pairs;
    uint256[][] private _rows;
    string private _title;
    bytes private _blob;

    function setHeader(address owner, uint48 count, bool isOpen, Colour colour, int24 signed) external {
        (_owner, _count, _isOpen, _colour, _signed) = (owner, count, isOpen, colour, signed);
    }

    function setPrice(Price price, Tag tag) external {
        (_price, _tag) = (price, tag);
    }

    function setSettings(uint32 delay, Limits calldata limits) external {
        (_settings.delay, _settings.limits) = (delay, limits);
    }

    function setSettingsPrice(uint8 step, Price price) external {
        _settings.prices[step] = price;
    }

    function setBalance(address holder, uint256 balance) external {
        _balances[holder] = balance;
    }

    function setAccount(bytes32 group, uint256 number, uint128 amount, uint64 since, bool isActive) external {
        Account storage account = _accounts[group][number];
        (account.amount, account.since, account.isActive) = (amount, since, isActive);
    }

    function setAllowed(bytes32 group, uint256 number, address friend, bool isAllowed) external {
        _accounts[group][number].allowed[friend] = isAllowed;
    }

    function pushHistory(bytes32 group, uint256 number, uint256 value) external {
        _accounts[group][number].history.push(value);
    }

    function popHistory(bytes32 group, uint256 number) external {
        _accounts[group][number].history.pop();
    }

    function setNote(bytes32 group, uint256 number, bytes calldata note) external {
        _accounts[group][number].note = note;
    }

    function setItem(bytes32 group, uint256 number, Item calldata item) external {
        _accounts[group][number].item = item;
    }

    function setName(Colour colour, int24 number, string calldata name) external {
        _names[colour][number] = name;
    }

    function setByText(string calldata text, uint256 value) external {
        _byText[text] = value;
    }

    function setByBytes(bytes calldata data, address value) external {
        _byBytes[data] = value;
    }

    function setByPrice(Price price, bool side, Tag value) external {
        _byPrice[price][side] = value;
    }

    /// @dev The compiler hashes the outer key itself.
    function setByFixedKey(address holder, bool value) external {
        _byFixedKey[_FIXED_KEY][holder] = value;
    }

    function pushBag(address holder, Item calldata item) external {
        _bags[holder].push(item);
    }

    function pushSmall(uint16 value) external {
        _small.push(value);
    }

    function setSmall(uint256 index, uint16 value) external {
        _small[index] = value;
    }

    function clearSmall() external {
        delete _small;
    }

    function setFixed(uint256 index, uint40 value) external {
        _fixed[index] = value;
    }

    function setFlag(uint256 index, bool value) external {
        _flags[index] = value;
    }

    function pushEntry(Item calldata item) external {
        _entries.push(item);
    }

    function popEntry() external {
        _entries.pop();
    }

    function setPair(uint256 index, uint256 side, Item calldata item) external {
        while (_pairs.length <= index) _pairs.push();
        _pairs[index][side] = item;
    }

    function pushCell(uint256 row, uint256 value) external {
        while (_rows.length <= row) _rows.push();
        _rows[row].push(value);
    }

    function setTitle(string calldata title) external {
        _title = title;
    }

    function setBlob(bytes calldata blob) external {
        _blob = blob;
    }
}
